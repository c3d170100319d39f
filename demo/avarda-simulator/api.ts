import { Hono } from 'hono'

import { exchange } from '../simulator-kit/exchange.ts'
import { parseJsonObject, type HttpEnv } from '../simulator-kit/http.ts'
import type { Schedule } from '../simulator-kit/schedule.ts'
import { idIn, type Calls, type Outcome } from './calls.ts'
import type { Call, Fault, Faults } from './faults.ts'
import type { Entry, Ledger } from './ledger.ts'
import * as replies from './replies.ts'
import { authenticate, type Site } from './sites.ts'
import { falsified, isUntruth } from './untruths.ts'

export interface ApiDeps {
  readonly sites: readonly Site[]
  readonly ledger: Ledger
  readonly calls: Calls
  readonly faults: Faults
  readonly schedule: Schedule
}

const paths: Readonly<Record<string, Call>> = {
  initializepayment: 'InitializePayment',
  getpaymentstatus: 'GetPaymentStatus',
  updateitems: 'UpdateItems',
  'commerce/cancelpayment': 'CancelPayment',
}

/** The calls over HTTP, with their credentials and faults. */
export function createApi({ sites, ledger, calls, faults, schedule }: ApiDeps): Hono<HttpEnv> {
  const api = new Hono<HttpEnv>()

  api.all('/:call{.+}', async (c) => {
    const call = paths[c.req.param('call')]
    if (!call) return refuse('No HTTP resource was found that matches the request URI.', 404)
    if (c.req.method !== 'POST')
      return refuse(`The requested resource does not support http method '${c.req.method}'.`, 405)
    const site = authenticate(sites, c.req.header('authorization'))
    if (!site) {
      ledger.rejectedCredentials += 1
      return replies.toResponse(replies.unauthorized)
    }
    ledger.calls[call] += 1

    if (!/^application\/json\b/i.test(c.req.header('content-type') ?? ''))
      return refuse("The request entity's media type is not supported for this resource.", 415)
    const fields = parseJsonObject(await c.req.text())
    const find = () => fields && findOfSite(site, idIn(call, fields))
    const named = find()
    if (named) named.calls[call] += 1

    return exchange({
      ...{ schedule, incoming: c.env.incoming, replacement: replies.inPlaceOf },
      fault: faults.take(call, (kind) => !isUntruth(kind)),
      carryOut: () => {
        if (!fields) return { reply: () => refuse('The request is invalid.', 400) }
        // Looked up again: a delay is long enough for the purchase to expire or to be reset.
        const outcome = calls[call]({ site, fields, entry: find() })
        return {
          reply: (fault) =>
            fault?.kind === 'bad_json'
              ? replies.toBrokenResponse(bent(outcome))
              : replies.toResponse(bent(outcome)),
        }
      },
    })
  })

  /** A purchase of another site is as good as none. */
  function findOfSite(site: Site, id: unknown): Entry | undefined {
    const entry = typeof id === 'string' ? ledger.find(id) : undefined
    return entry?.purchase.site.code === site.code ? entry : undefined
  }

  /** Applies the faults that only a payment's status can show; they stay queued until one does. */
  function bent({ reply, entry, payment }: Outcome): replies.Reply {
    if (!entry || !payment) return reply
    const before = entry.purchase.stateBefore
    const suits = (kind: Fault['kind']) =>
      isUntruth(kind) && (kind !== 'stale' || before !== undefined)
    const fault = faults.take('GetPaymentStatus', suits)
    return fault ? replies.ok(falsified(payment, entry.purchase, fault)) : reply
  }

  return api
}

const refuse = (message: string, status: number) => replies.toResponse(replies.e3(message, status))
