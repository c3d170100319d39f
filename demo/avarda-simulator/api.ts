import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'

import type { HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { Hono } from 'hono'

import { idIn, type Calls, type Fields, type Outcome } from './calls.ts'
import type { Later } from './clock.ts'
import type { Call, Fault, Faults } from './faults.ts'
import type { Entry, Ledger } from './ledger.ts'
import * as replies from './replies.ts'
import { authenticate, type Site } from './sites.ts'
import { falsified, isUntruth } from './untruths.ts'

export interface Env {
  readonly Bindings: HttpBindings
}

export interface ApiDeps {
  readonly sites: readonly Site[]
  readonly ledger: Ledger
  readonly calls: Calls
  readonly faults: Faults
  readonly later: Later
}

/** In any case, as everything in a path here. */
const paths: Readonly<Record<string, Call>> = {
  initializepayment: 'InitializePayment',
  getpaymentstatus: 'GetPaymentStatus',
  updateitems: 'UpdateItems',
  'commerce/cancelpayment': 'CancelPayment',
}

/** The calls over HTTP: credentials in, and the faults in between. */
export function createApi({ sites, ledger, calls, faults, later }: ApiDeps): Hono<Env> {
  const api = new Hono<Env>()

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
    const fields = readFields(await c.req.text())
    const entry = fields && find(site, idIn(call, fields))
    if (entry) entry.calls[call] += 1

    const fault = faults.take(call, (kind) => !isUntruth(kind))
    if (fault?.kind === 'delay_before_effect') await later.sleep(fault.ms)
    if (fault && !hasEffect(fault)) return (await broken(fault, c.env.incoming)) ?? nothing
    if (!fields) return refuse('The request is invalid.', 400)

    // Looked up again: a delay is long enough for anything.
    const outcome = calls[call]({ site, fields, entry: find(site, idIn(call, fields)) })
    if (fault?.kind === 'delay') await later.sleep(fault.ms)
    const answer = fault && (await broken(fault, c.env.incoming))
    if (answer) return answer
    const reply = bent(outcome)
    return fault?.kind === 'bad_json' ? replies.toBrokenResponse(reply) : replies.toResponse(reply)
  })

  /** A purchase of another site is as good as none. */
  function find(site: Site, id: unknown): Entry | undefined {
    const entry = typeof id === 'string' ? ledger.find(id) : undefined
    return entry?.purchase.site.code === site.code ? entry : undefined
  }

  /** The faults that only a payment's status can show; they stay queued until one does. */
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

const nothing = RESPONSE_ALREADY_SENT

const refuse = (message: string, status: number) => replies.toResponse(replies.e3(message, status))

function readFields(body: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(body)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? (value as Fields) : undefined
  } catch {
    return undefined
  }
}

function hasEffect({ kind, effect }: Fault): boolean {
  switch (kind) {
    case 'drop_before_effect':
    case 'hang_before_effect':
      return false
    case 'drop_after_effect':
    case 'hang_after_effect':
    case 'delay_before_effect':
    case 'delay':
    case 'bad_json':
      return true
    default:
      return effect
  }
}

/** What is heard in place of the answer, if that is what the fault is about. */
async function broken(fault: Fault, incoming: IncomingMessage): Promise<Response | undefined> {
  switch (fault.kind) {
    case 'drop_before_effect':
    case 'drop_after_effect':
      incoming.socket.destroy()
      return nothing
    case 'hang_before_effect':
    case 'hang_after_effect':
      // Until the caller has had enough of it.
      if (!incoming.socket.destroyed) await once(incoming.socket, 'close')
      return nothing
    default:
      return replies.inPlaceOf(fault)
  }
}
