import type { IncomingMessage } from 'node:http'

import { Hono } from 'hono'

import { firstHalf, type HttpEnv } from '../simulator-kit/http.ts'
import { checked, failed, toJson, type Answer } from './answers.ts'
import type { Checkout } from './checkout.ts'
import { refusal, ResultCode } from './codes.ts'
import type { Entry } from './entry.ts'
import type { CartExchange } from './exchange.ts'
import { takeWrong, v1Calls, type Fault, type Faults, type V1Call } from './faults.ts'
import type { Ledger } from './ledger.ts'
import { readFields } from './order.ts'
import * as replies from './replies.ts'
import { verify } from './signature.ts'

export interface ApiDeps {
  readonly credentials: replies.Credentials & { readonly signingKey: string }
  readonly ledger: Ledger
  readonly checkout: Checkout
  readonly faults: Faults
  readonly exchange: CartExchange
}

const byLowerCaseName = new Map<string, V1Call>(v1Calls.map((call) => [call.toLowerCase(), call]))

const bad = (message: string) => failed(refusal(ResultCode.GenericError, message))

/** Netgíró's V1 checkout calls over HTTP: signatures in and out. */
export function createApi({
  credentials,
  ledger,
  checkout,
  faults,
  exchange,
}: ApiDeps): Hono<HttpEnv> {
  const api = new Hono<HttpEnv>()
  const { appId, signingKey } = credentials

  api.all('/checkout/:call', async (c) => {
    const call = byLowerCaseName.get(c.req.param('call').toLowerCase())
    if (!call) return replies.unsigned(bad('No such call.'), 404)
    if (c.req.method !== 'POST') return replies.unsigned(bad('Use POST.'), 405)
    const body = new Uint8Array(await c.req.arrayBuffer())
    const { incoming } = c.env
    const asked = readAsked(incoming)

    // [netgiro] request-protocol: a request with a wrong signature "will be rejected"; how is not said. Ours is a 401
    // that is not signed: whoever has the wrong key could not check it.
    if (!isSigned(incoming, asked, body)) {
      ledger.rejectedSignatures += 1
      return replies.unsigned(bad('Signature is not valid.'), 401)
    }
    const fields = readFields(new TextDecoder().decode(body))
    const found = ledger.called(call, fields?.['TransactionId'])

    return exchange({
      ...{ name: call, incoming, entry: found },
      act: () => {
        const { answer, entry } = fields
          ? checkout[call](fields, found)
          : { answer: bad('The body is not a JSON object.'), entry: undefined }
        return { entry, reply: (fault) => send(bent(call, answer, entry), asked, fault) }
      },
      refuse: ({ code }) => send(replies.withCode(call, code), asked),
    })
  })

  function isSigned({ headers }: IncomingMessage, asked: replies.Asked, body: Uint8Array) {
    const { netgiro_appkey: appId, netgiro_signature: signature } = headers
    if (typeof appId !== 'string' || typeof signature !== 'string' || !asked.nonce) return false
    // The documents print the id in either case.
    if (appId.toLowerCase() !== credentials.appId.toLowerCase()) return false
    return verify(credentials.secretKey, { ...asked, body }, signature)
  }

  /** The faults that only some answers can show. */
  function bent(call: V1Call, answer: Answer, entry: Entry | undefined): Answer {
    if (!entry) return answer
    const { cart } = entry
    const take = (kind: Fault['kind']) => faults.takeKind(call, kind, cart.transactionId)
    if (call === 'InsertCart') {
      const older = ledger.before(entry)
      const isSame = older && take('same_transaction_id')
      const named = isSame ? { ...answer, TransactionId: older.cart.transactionId } : answer
      const refused = take('refused_by_name')
      return refused ? { ...named, Success: false, ResultCode: refused.code } : named
    }
    if (cart.stateBefore && take('stale')) return checked(cart, cart.stateBefore)
    if (take('says_paid')) return replies.saysPaid
    if (take('says_canceled')) return checked(cart, 'canceled')
    const other = ledger.find(take('other_cart')?.cart ?? '')
    if (other) return checked(other.cart)
    if (!answer.PaymentInfo) return answer
    return replies.falsified(answer, takeWrong(faults, call, cart.transactionId))
  }

  function send(answer: Answer, asked: replies.Asked, fault?: Fault): Response {
    const json = toJson(answer)
    const body = fault?.kind === 'bad_json' ? firstHalf(json) : json
    const headers = replies.signedHeaders({ appId, secretKey: signingKey }, asked, body)
    if (fault?.kind === 'missing_signature')
      return new Response(body, { headers: { 'content-type': headers['content-type'] } })
    if (fault?.kind === 'bad_signature') headers.netgiro_signature = '0'.repeat(64)
    return new Response(body, { headers })
  }

  return api
}

/** The URL is signed as it was requested: the path in its own casing, the host as the Host header has it. */
function readAsked({ headers, url }: IncomingMessage): replies.Asked {
  const nonce = headers['netgiro_nonce']
  return {
    url: `http://${headers.host ?? ''}${url ?? ''}`,
    nonce: typeof nonce === 'string' ? nonce : '',
  }
}
