import type { IncomingMessage } from 'node:http'

import { Hono } from 'hono'

import { firstHalf, type HttpEnv } from '../simulator-kit/http.ts'
import type { Calls } from './calls.ts'
import type { Carts } from './carts.ts'
import { apiError, ResultCode } from './codes.ts'
import type { CartExchange } from './exchange.ts'
import { faultsShownBy } from './fault-responses.ts'
import { v1Calls, type Fault, type Faults, type V1Call } from './faults.ts'
import { readFields } from './order.ts'
import * as replies from './replies.ts'
import { failure, toJson, type CartResponse } from './responses.ts'
import { verify } from './signature.ts'

export interface ApiDeps {
  readonly credentials: replies.Credentials & { readonly signingKey: string }
  readonly carts: Carts
  readonly calls: Calls
  readonly faults: Faults
  readonly exchange: CartExchange
}

const byLowerCaseName = new Map<string, V1Call>(v1Calls.map((call) => [call.toLowerCase(), call]))

const invalid = (message: string) => failure(apiError(ResultCode.GenericError, message))

/** Netgíró's V1 checkout calls over HTTP, signed both ways. */
export function createApi({ credentials, carts, calls, faults, exchange }: ApiDeps): Hono<HttpEnv> {
  const api = new Hono<HttpEnv>()
  const { appId } = credentials
  const showFaults = faultsShownBy({ carts, faults })

  api.all('/checkout/:call', async (c) => {
    const call = byLowerCaseName.get(c.req.param('call').toLowerCase())
    if (!call) return replies.unsigned(invalid('No such call.'), 404)
    if (c.req.method !== 'POST') return replies.unsigned(invalid('Use POST.'), 405)
    const body = new Uint8Array(await c.req.arrayBuffer())
    const { incoming } = c.env
    const request = signedRequestOf(incoming)

    // [netgiro] request-protocol: a request with a wrong signature "will be rejected", without saying how. Ours is an
    // unsigned 401: a caller with the wrong key could not check a signature.
    if (!isSigned(incoming, request, body)) {
      carts.rejectedSignatures += 1
      return replies.unsigned(invalid('Signature is not valid.'), 401)
    }
    const fields = readFields(new TextDecoder().decode(body))
    const found = carts.countCall(call, fields?.['TransactionId'])

    return exchange({
      ...{ name: call, incoming, record: found },
      act: () => {
        const { response, record } = fields
          ? calls[call](fields, found)
          : { response: invalid('The body is not a JSON object.'), record: undefined }
        return {
          record,
          reply: (fault) => send(showFaults(call, response, record), request, fault),
        }
      },
      refuse: ({ code }) => send(replies.codeResponse(call, code), request),
    })
  })

  function isSigned(
    { headers }: IncomingMessage,
    request: replies.SignedRequest,
    body: Uint8Array,
  ) {
    const { netgiro_appkey: appId, netgiro_signature: signature } = headers
    if (typeof appId !== 'string' || typeof signature !== 'string' || !request.nonce) return false
    // The documents print the id in either case.
    if (appId.toLowerCase() !== credentials.appId.toLowerCase()) return false
    return verify(credentials.secretKey, { ...request, body }, signature)
  }

  function send(response: CartResponse, request: replies.SignedRequest, fault?: Fault): Response {
    const json = toJson(response)
    const body = fault?.kind === 'bad_json' ? firstHalf(json) : json
    const headers = replies.signedHeaders(
      { appId, secretKey: credentials.signingKey },
      request,
      body,
    )
    if (fault?.kind === 'missing_signature')
      return new Response(body, { headers: { 'content-type': headers['content-type'] } })
    if (fault?.kind === 'bad_signature') headers.netgiro_signature = '0'.repeat(64)
    return new Response(body, { headers })
  }

  return api
}

/** The URL is signed as it was requested: the path in its own casing, the host as in the Host header. */
function signedRequestOf({ headers, url }: IncomingMessage): replies.SignedRequest {
  const nonce = headers['netgiro_nonce']
  return {
    url: `http://${headers.host ?? ''}${url ?? ''}`,
    nonce: typeof nonce === 'string' ? nonce : '',
  }
}
