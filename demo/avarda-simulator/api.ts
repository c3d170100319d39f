import { Hono } from 'hono'

import { exchange } from '../simulator-kit/exchange.ts'
import { parseJsonObject, type HttpEnv } from '../simulator-kit/http.ts'
import type { Schedule } from '../simulator-kit/schedule.ts'
import { purchaseIdOf, type CallResult, type Calls } from './calls.ts'
import { corrupt, isCorruption } from './corruptions.ts'
import type { ApiCall, Fault, Faults } from './faults.ts'
import type { PurchaseRecord, Purchases } from './purchases.ts'
import * as replies from './replies.ts'
import { authenticate, type Site } from './sites.ts'

export interface ApiDeps {
  readonly sites: readonly Site[]
  readonly purchases: Purchases
  readonly calls: Calls
  readonly faults: Faults
  readonly schedule: Schedule
}

const paths: Readonly<Record<string, ApiCall>> = {
  initializepayment: 'InitializePayment',
  getpaymentstatus: 'GetPaymentStatus',
  updateitems: 'UpdateItems',
  'commerce/cancelpayment': 'CancelPayment',
}

/** The calls over HTTP, with their credentials and faults. */
export function createApi({ sites, purchases, calls, faults, schedule }: ApiDeps): Hono<HttpEnv> {
  const api = new Hono<HttpEnv>()

  api.all('/:call{.+}', async (c) => {
    const call = paths[c.req.param('call')]
    if (!call) return refuse('No HTTP resource was found that matches the request URI.', 404)
    if (c.req.method !== 'POST')
      return refuse(`The requested resource does not support http method '${c.req.method}'.`, 405)
    const site = authenticate(sites, c.req.header('authorization'))
    if (!site) {
      purchases.rejectedCredentials += 1
      return replies.toResponse(replies.unauthorized)
    }
    purchases.calls[call] += 1

    if (!/^application\/json\b/i.test(c.req.header('content-type') ?? ''))
      return refuse("The request entity's media type is not supported for this resource.", 415)
    const fields = parseJsonObject(await c.req.text())
    const find = () => fields && findOfSite(site, purchaseIdOf(call, fields))
    const named = find()
    if (named) named.calls[call] += 1

    return exchange({
      ...{ schedule, incoming: c.env.incoming, replacement: replies.replacement },
      fault: faults.take(call, (kind) => !isCorruption(kind)),
      carryOut: () => {
        if (!fields) return { reply: () => refuse('The request is invalid.', 400) }
        // Looked up again: a delay is long enough for the purchase to expire or to be reset.
        const result = calls[call]({ site, fields, record: find() })
        return {
          reply: (fault) =>
            fault?.kind === 'bad_json'
              ? replies.toTruncatedResponse(withCorruption(result))
              : replies.toResponse(withCorruption(result)),
        }
      },
    })
  })

  /** A purchase of another site counts as unknown. */
  function findOfSite(site: Site, id: unknown): PurchaseRecord | undefined {
    const record = typeof id === 'string' ? purchases.find(id) : undefined
    return record?.purchase.site.code === site.code ? record : undefined
  }

  /** Applies a fault of the payment status; it stays queued until a response has one. */
  function withCorruption({ reply, record, payment }: CallResult): replies.Reply {
    if (!record || !payment) return reply
    const before = record.purchase.previousState
    const matches = (kind: Fault['kind']) =>
      isCorruption(kind) && (kind !== 'stale' || before !== undefined)
    const fault = faults.take('GetPaymentStatus', matches)
    return fault ? replies.ok(corrupt(payment, record.purchase, fault)) : reply
  }

  return api
}

const refuse = (message: string, status: number) => replies.toResponse(replies.e3(message, status))
