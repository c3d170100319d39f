import type { JsonObject } from '../simulator-kit/http.ts'
import type { ApiCall } from './faults.ts'
import type { LocalTime } from './local-time.ts'
import { readChange, readOrder } from './order.ts'
import type { PurchaseRecord, Purchases } from './purchases.ts'
import { e1, e2, e3, externalIdInvalid, noContent, ok, type Reply } from './replies.ts'
import { validate } from './rules.ts'
import type { Site } from './sites.ts'
import { State } from './states.ts'
import { paymentStatus, type PaymentStatus } from './status.ts'

export interface CallResult {
  readonly reply: Reply
  readonly record?: PurchaseRecord
  /** The correct response of GetPaymentStatus. */
  readonly payment?: PaymentStatus
}

export interface CallRequest {
  readonly site: Site
  readonly fields: JsonObject
  /** The purchase that the request names, unless it is another site's. */
  readonly record: PurchaseRecord | undefined
}

export type Calls = Readonly<Record<ApiCall, (request: CallRequest) => CallResult>>

export interface CallsOptions {
  readonly purchases: Purchases
  readonly localTime: LocalTime
  readonly lenient: boolean
}

/** [avarda] The PurchaseId of the session calls is the ExternalId of Commerce. */
export const purchaseIdOf = (call: ApiCall, fields: JsonObject): unknown =>
  fields[call === 'CancelPayment' ? 'ExternalId' : 'PurchaseId']

// [avarda] cancel-payment documents code and message; that the session calls return the same is a guess.
const notFound: CallResult = { reply: e1('Invalid or missing external ID.', externalIdInvalid) }

const invalidRequest = (invalidFields: string): CallResult => ({
  reply: e3(`The request is invalid: ${invalidFields}`, 400),
})

/** What the four calls do, apart from HTTP, credentials and faults. */
export function createCalls({ purchases, localTime, lenient }: CallsOptions): Calls {
  const context = (site: Site) => ({
    ...{ site, lenient },
    hasCustomerToken: (token: string) => purchases.hasCustomerToken(token, site),
  })

  return {
    InitializePayment({ site, fields }) {
      const order = readOrder(fields)
      if (!order.ok) return invalidRequest(order.invalidFields)
      const messages = validate(order.value, context(site))
      if (messages.length > 0) return { reply: e2(messages) }
      const record = purchases.initialize(site, order.value, fields)
      // [avarda] initialize-payment: "just a simple string … formatted as JSON. Hence the quotes."
      return { reply: ok(record.purchase.id), record }
    },

    GetPaymentStatus({ record }) {
      if (!record) return notFound
      const payment = paymentStatus(record.purchase, localTime)
      return { reply: ok(payment), record, payment }
    },

    UpdateItems({ site, fields, record }) {
      if (!record) return notFound
      const { purchase } = record
      const order = readChange(purchase.order, fields)
      if (!order.ok) return invalidRequest(order.invalidFields)
      // The allowed states are not documented; in these the payer has not yet accepted the old amount.
      if (purchase.state > State.BeingProcessed)
        return { reply: e2(['The purchase can no longer be changed.']), record }
      const messages = validate(order.value, context(site))
      if (messages.length > 0) return { reply: e2(messages), record }
      purchase.order = order.value
      return { reply: noContent, record }
    },

    CancelPayment({ fields, record }) {
      if (!record) return notFound
      if (typeof fields['Reason'] !== 'string' || fields['Reason'] === '')
        return { reply: e1('Invalid or missing reason.'), record }
      const canceled = purchases.cancelPayment(record)
      // [avarda] cancel-payment: "No authorization found" unless it was approved.
      return { reply: canceled ? noContent : e1('No authorization found'), record }
    },
  }
}
