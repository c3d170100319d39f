import type { JsonObject } from '../simulator-kit/http.ts'
import type { Call } from './faults.ts'
import type { Entry, Ledger } from './ledger.ts'
import type { LocalTime } from './local-time.ts'
import { readChange, readOrder } from './order.ts'
import { e1, e2, e3, externalIdInvalid, noContent, ok, type Reply } from './replies.ts'
import { judge } from './rules.ts'
import type { Site } from './sites.ts'
import { State } from './states.ts'
import { paymentStatus, type PaymentStatus } from './status.ts'

export interface Outcome {
  readonly reply: Reply
  readonly entry?: Entry
  /** What GetPaymentStatus would say truly. */
  readonly payment?: PaymentStatus
}

export interface Asked {
  readonly site: Site
  readonly fields: JsonObject
  /** The purchase that the request names, if it is one of the site's. */
  readonly entry: Entry | undefined
}

export type Calls = Readonly<Record<Call, (asked: Asked) => Outcome>>

export interface CallsOptions {
  readonly ledger: Ledger
  readonly localTime: LocalTime
  readonly lenient: boolean
}

/** Which purchase a request speaks of. [avarda] The PurchaseId of the session calls is the ExternalId of Commerce. */
export const idIn = (call: Call, fields: JsonObject): unknown =>
  fields[call === 'CancelPayment' ? 'ExternalId' : 'PurchaseId']

// [avarda] cancel-payment has the code and the words; that the session calls say the same is a guess.
const notFound: Outcome = { reply: e1('Invalid or missing external ID.', externalIdInvalid) }

const unfit = (misfits: string): Outcome => ({
  reply: e3(`The request is invalid: ${misfits}`, 400),
})

/** What the four calls do, apart from HTTP, credentials and faults. */
export function createCalls({ ledger, localTime, lenient }: CallsOptions): Calls {
  const circumstances = (site: Site) => ({
    ...{ site, lenient },
    knowsCustomer: (token: string) => ledger.knowsCustomer(token, site),
  })

  return {
    InitializePayment({ site, fields }) {
      const order = readOrder(fields)
      if (!order.ok) return unfit(order.misfits)
      const messages = judge(order.value, circumstances(site))
      if (messages.length > 0) return { reply: e2(messages) }
      const entry = ledger.initialize(site, order.value, fields)
      // [avarda] initialize-payment: "just a simple string … formatted as JSON. Hence the quotes."
      return { reply: ok(entry.purchase.id), entry }
    },

    GetPaymentStatus({ entry }) {
      if (!entry) return notFound
      const payment = paymentStatus(entry.purchase, localTime)
      return { reply: ok(payment), entry, payment }
    },

    UpdateItems({ site, fields, entry }) {
      if (!entry) return notFound
      const { purchase } = entry
      const order = readChange(purchase.order, fields)
      if (!order.ok) return unfit(order.misfits)
      // Which states allow it is not documented; these are those in which the payer has not gone off with the old sum.
      if (purchase.state > State.BeingProcessed)
        return { reply: e2(['The purchase can no longer be changed.']), entry }
      const messages = judge(order.value, circumstances(site))
      if (messages.length > 0) return { reply: e2(messages), entry }
      purchase.order = order.value
      return { reply: noContent, entry }
    },

    CancelPayment({ fields, entry }) {
      if (!entry) return notFound
      if (typeof fields['Reason'] !== 'string' || fields['Reason'] === '')
        return { reply: e1('Invalid or missing reason.'), entry }
      const canceled = ledger.cancelPayment(entry)
      // [avarda] cancel-payment: "No authorization found" for what was not approved.
      return { reply: canceled ? noContent : e1('No authorization found'), entry }
    },
  }
}
