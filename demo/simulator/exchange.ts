import type { IncomingMessage } from 'node:http'

import { exchange } from '../simulator-kit/exchange.ts'
import type { Schedule } from '../simulator-kit/schedule.ts'
import type { Entry } from './entry.ts'
import { isWrong, type ApiCall, type Fault, type Faults } from './faults.ts'
import type { Ledger } from './ledger.ts'
import { fromInBetween } from './replies.ts'

/** What a call did, and how to answer it. */
export interface Acted {
  readonly entry?: Entry | undefined
  readonly reply: (fault?: Fault) => Response
}

export interface CartCall {
  readonly name: ApiCall
  readonly incoming: IncomingMessage
  /** The cart that it names, if there is one. */
  readonly entry: Entry | undefined
  readonly act: () => Acted
  /** The reply of the faults `code` and `refuse`. */
  readonly refuse: (fault: Fault) => Response
}

/** The calls whose reply a callback can overtake, and which callback that is. */
const overtaken: Partial<Record<ApiCall, 'payment' | 'cancel'>> = {
  InsertCart: 'payment',
  CancelCart: 'cancel',
  'v2.payment': 'payment',
  'v2.cancel': 'cancel',
}

export interface ExchangeDeps {
  readonly ledger: Ledger
  readonly faults: Faults
  readonly schedule: Schedule
}

export type CartExchange = (call: CartCall) => Promise<Response>

/** Carries calls out with their faults. */
export function createExchange({ ledger, faults, schedule }: ExchangeDeps): CartExchange {
  /** Lets the callback overtake the reply; the customer of a new cart then approves at once. */
  async function callbackFirst(name: ApiCall, entry: Entry) {
    const { callbackUrl, callbackCancelUrl } = entry.cart.order
    const kind = overtaken[name]
    const url = kind && (kind === 'payment' ? callbackUrl : callbackCancelUrl)
    if (!url || !faults.takeKind('Callback', 'before_answer', entry.cart.transactionId)) return
    if (kind === 'payment') ledger.approve(entry)
    await entry.telling
  }

  return ({ name, incoming, entry: named, act, refuse }) =>
    exchange({
      ...{ schedule, incoming },
      fault: faults.take(name, (kind) => !isConditional(kind), named?.cart.transactionId),
      carryOut: async () => {
        const { entry, reply } = act()
        if (entry) await callbackFirst(name, entry)
        return { reply, delayMs: entry?.cart.persona.slowMs }
      },
      replacement: (fault) =>
        fault.kind === 'code' || fault.kind === 'refuse' ? refuse(fault) : fromInBetween(fault),
      delayMs: named?.cart.persona.slowMs,
    })
}

/** The faults that only some answers can show; they stay queued until one does. */
const isConditional = (kind: Fault['kind']) => isWrong(kind) || ofSomeAnswers.has(kind)
const ofSomeAnswers = new Set<Fault['kind']>([
  ...(['stale', 'other_cart', 'says_paid', 'says_canceled'] as const),
  ...(['same_transaction_id', 'refused_by_name', 'other_amount'] as const),
])
