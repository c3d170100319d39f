import { isRefusal } from '../codes.ts'
import type { Entry } from '../entry.ts'
import type { V2Call } from '../faults.ts'
import type { Ledger } from '../ledger.ts'
import type { Fields } from '../order.ts'
import { admitV2 } from './admit.ts'
import * as answers from './answers.ts'
import { readCapture, readPayment, readRefund } from './requests.ts'

export interface OutcomeV2 {
  readonly answer: answers.AnswerV2
  readonly entry?: Entry | undefined
}

type Deed = (fields: Fields, entry: Entry) => OutcomeV2

/** Most calls are about a transaction that there has to be. */
const about =
  (deed: Deed) =>
  (fields: Fields, entry: Entry | undefined): OutcomeV2 => {
    const id = fields['TransactionId']
    if (typeof id !== 'string' || id === '')
      return { answer: answers.refused("'TransactionId' must not be empty.") }
    return entry ? deed(fields, entry) : { answer: answers.refused('Transaction not found', id) }
  }

export type Deeds = Readonly<
  Record<V2Call, (fields: Fields, entry: Entry | undefined) => OutcomeV2>
>

/** What the six calls do, apart from HTTP, the key and faults. */
export function createDeeds(ledger: Ledger, pollMs: number | null): Deeds {
  const told = (entry: Entry): OutcomeV2 => ({ answer: answers.stateOf(entry.cart, pollMs), entry })
  const refused = (message: string, entry: Entry): OutcomeV2 => ({
    answer: answers.refused(message, entry.cart),
    entry,
  })

  return {
    payment(fields) {
      const order = readPayment(fields)
      if (typeof order === 'string') return { answer: answers.refused(order) }
      const persona = admitV2(order, ledger.isUsed)
      if (isRefusal(persona)) return { answer: answers.refused(persona.message) }
      return told(ledger.insert(order, persona))
    },

    status: about((_, entry) => told(entry)),

    capture: about((fields, entry) => {
      const { cart } = entry
      const wish = readCapture(fields, cart.order.amount)
      if (typeof wish === 'string') return refused(wish, entry)
      return ledger.confirm(entry, wish.amount)
        ? told(entry)
        : refused('Transaction cannot be captured', entry)
    }),

    // Nothing says what a second cancel answers; what was wished for is so.
    cancel: about((_, entry) => {
      ledger.cancelAnything(entry)
      return told(entry)
    }),

    refund: about((fields, entry) => {
      const wish = readRefund(fields)
      const reason = typeof wish === 'string' ? wish : ledger.refunds.refund(entry, wish)
      return reason === undefined ? { answer: answers.refunded, entry } : refused(reason, entry)
    }),

    details: about((_, entry) => ({
      answer: { status: 200, body: answers.details(entry.cart) },
      entry,
    })),
  }
}
