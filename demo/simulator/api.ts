import type { IncomingMessage } from 'node:http'

import type { HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { Hono } from 'hono'

import { checked, failed, toJson, type Answer } from './answers.ts'
import type { Checkout } from './checkout.ts'
import { refusal, ResultCode } from './codes.ts'
import { calls, type Call, type Fault, type Faults } from './faults.ts'
import type { Entry, Ledger } from './ledger.ts'
import { readFields } from './order.ts'
import * as replies from './replies.ts'
import type { Schedule } from './schedule.ts'
import { verify } from './signature.ts'

export interface Env {
  readonly Bindings: HttpBindings
}

export interface ApiDeps {
  readonly credentials: replies.Credentials
  readonly ledger: Ledger
  readonly checkout: Checkout
  readonly faults: Faults
  readonly schedule: Schedule
}

const byLowerCaseName = new Map<string, Call>(calls.map((call) => [call.toLowerCase(), call]))

const bad = (message: string) => failed(refusal(ResultCode.GenericError, message))

/** Netgíró's V1 checkout calls over HTTP: signatures in and out, and the faults in between. */
export function createApi({ credentials, ledger, checkout, faults, schedule }: ApiDeps): Hono<Env> {
  const api = new Hono<Env>()

  api.all('/checkout/:call', async (c) => {
    const call = byLowerCaseName.get(c.req.param('call').toLowerCase())
    if (!call) return replies.unsigned(bad('No such call.'), 404)
    if (c.req.method !== 'POST') return replies.unsigned(bad('Use POST.'), 405)
    const body = new Uint8Array(await c.req.arrayBuffer())
    const asked = readAsked(c.env.incoming)

    // [netgiro] request-protocol: a request with a wrong signature "will be rejected"; how is not said. Ours is a 401
    // that is not signed: whoever has the wrong key could not check it.
    if (!isSigned(c.env.incoming, asked, body)) {
      ledger.rejectedSignatures += 1
      return replies.unsigned(bad('Signature is not valid.'), 401)
    }
    ledger.calls[call] += 1

    const fields = readFields(body)
    const named = fields?.['TransactionId']
    const found = typeof named === 'string' ? ledger.find(named) : undefined
    if (found) found.calls[call] += 1

    const fault = faults.take(call, (kind) => !conditional.has(kind))
    if (fault?.kind === 'delay_before_effect') await schedule.sleep(fault.ms)
    if (fault && !hasEffect(fault)) {
      await wait(fault, found)
      if (fault.kind === 'code') return send(replies.withCode(call, fault.code), asked)
      return replies.fromInBetween(fault) ?? drop(c.env.incoming)
    }

    const { answer, entry } = fields
      ? checkout[call](fields, found)
      : { answer: bad('The body is not a JSON object.'), entry: undefined }
    if (entry) await callbackFirst(call, entry)
    await wait(fault, entry)
    if (fault?.kind === 'drop_after_effect') return drop(c.env.incoming)
    const inBetween = fault && replies.fromInBetween(fault)
    return inBetween ?? send(bent(call, answer, entry), asked, fault)
  })

  function isSigned({ headers }: IncomingMessage, asked: replies.Asked, body: Uint8Array) {
    const { netgiro_appkey: appId, netgiro_signature: signature } = headers
    if (typeof appId !== 'string' || typeof signature !== 'string' || !asked.nonce) return false
    // The documents print the id in either case.
    if (appId.toLowerCase() !== credentials.appId.toLowerCase()) return false
    return verify(credentials.secretKey, { ...asked, body }, signature)
  }

  /** The faults that only some answers can show; they stay queued until one does. */
  function bent(call: Call, answer: Answer, entry: Entry | undefined): Answer {
    const before = entry?.cart.stateBefore
    if (entry && before && faults.take(call, (kind) => kind === 'stale'))
      return checked(entry.cart, before)
    if (!answer.PaymentInfo) return answer
    const wrong = (kind: string) => kind === 'wrong_amount' || kind === 'wrong_reference'
    return replies.falsified(answer, faults.take(call, wrong))
  }

  /** Makes the callback overtake the answer; after InsertCart the customer is then the quickest there is. */
  async function callbackFirst(call: Call, entry: Entry) {
    const { callbackUrl, callbackCancelUrl } = entry.cart.order
    const url = call === 'InsertCart' ? callbackUrl : call === 'CancelCart' && callbackCancelUrl
    if (!url || !faults.take('Callback', (kind) => kind === 'before_answer')) return
    if (call === 'InsertCart') ledger.approve(entry)
    await entry.telling
  }

  async function wait(fault: Fault | undefined, entry: Entry | undefined) {
    const ms = (fault?.kind === 'delay' ? fault.ms : 0) + (entry?.cart.persona.slowMs ?? 0)
    if (ms > 0) await schedule.sleep(ms)
  }

  function send(answer: Answer, asked: replies.Asked, fault?: Fault): Response {
    const json = toJson(answer)
    const body = fault?.kind === 'bad_json' ? json.slice(0, json.length / 2) : json
    const headers = replies.signedHeaders(credentials, asked, body)
    if (fault?.kind === 'missing_signature')
      return new Response(body, { headers: { 'content-type': headers['content-type'] } })
    if (fault?.kind === 'bad_signature') headers.netgiro_signature = '0'.repeat(64)
    return new Response(body, { headers })
  }

  return api
}

const conditional = new Set<Fault['kind']>(['stale', 'wrong_amount', 'wrong_reference'])

function hasEffect(fault: Fault): boolean {
  switch (fault.kind) {
    case 'drop_before_effect':
    case 'code':
    case 'redirect':
      return false
    case 'http_500':
    case 'html':
      return fault.effect
    default:
      return true
  }
}

/** The URL is signed as it was requested: the path in its own casing, the host as the Host header has it. */
function readAsked({ headers, url }: IncomingMessage): replies.Asked {
  const nonce = headers['netgiro_nonce']
  return {
    url: `http://${headers.host ?? ''}${url ?? ''}`,
    nonce: typeof nonce === 'string' ? nonce : '',
  }
}

function drop(incoming: IncomingMessage): Response {
  incoming.socket.destroy()
  return RESPONSE_ALREADY_SENT
}
