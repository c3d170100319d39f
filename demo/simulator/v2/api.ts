import { Hono } from 'hono'

import type { HttpEnv } from '../../simulator-kit/http.ts'
import type { CartRecord } from '../cart-record.ts'
import type { Carts } from '../carts.ts'
import type { CartExchange } from '../exchange.ts'
import { takeCorruption, v2Calls, type Fault, type Faults, type V2Call } from '../faults.ts'
import { readFields } from '../order.ts'
import * as replies from '../replies.ts'
import { createCallsV2 } from './calls.ts'
import * as responses from './responses.ts'

export interface ApiV2Deps {
  readonly appId: string
  readonly carts: Carts
  readonly faults: Faults
  readonly exchange: CartExchange
  readonly pollIntervalMs: number | null
}

const routes = {
  payment: ['POST', '/checkout/payment'],
  status: ['GET', '/checkout/status/:id'],
  capture: ['POST', '/transaction/capture'],
  cancel: ['POST', '/transaction/cancel'],
  refund: ['POST', '/transaction/refund'],
  details: ['GET', '/transaction/details/:id'],
} as const satisfies Record<V2Call, readonly ['GET' | 'POST', string]>

/** Netgíró's V2 calls over HTTP, on the same carts: authenticated by a key, without signatures. */
export function createApiV2(deps: ApiV2Deps): Hono<HttpEnv> {
  const { appId, carts, faults, exchange, pollIntervalMs } = deps
  const calls = createCallsV2(carts, pollIntervalMs)
  const api = new Hono<HttpEnv>()

  // [netgiro] authentication: X-Netgiro-Api-Key is the ApplicationId, which the documents print in both cases.
  api.use(async (c, next) => {
    const key = c.req.header('x-netgiro-api-key')
    if (key?.toLowerCase() === appId.toLowerCase()) return next()
    carts.rejectedKeys += 1
    return send(responses.keyRequired)
  })

  for (const call of v2Calls) {
    const [method, path] = routes[call]
    api.on(method, path, async (c) => {
      const fields =
        method === 'POST' ? readFields(await c.req.text()) : { TransactionId: c.req.param('id') }
      const found = carts.countCall(call, fields?.['TransactionId'])
      return exchange({
        ...{ name: `v2.${call}`, incoming: c.env.incoming, record: found },
        act: () => {
          const { response, record } = fields
            ? calls[call](fields, found)
            : { response: responses.refused('The body is not a JSON object.'), record: undefined }
          return { record, reply: (fault) => send(withFaults(call, response, record), fault) }
        },
        refuse: ({ message }) => send(responses.refused(message, found?.cart)),
      })
    })
  }

  /** Applies the faults that only some responses can show. */
  function withFaults(
    call: V2Call,
    response: responses.ResponseV2,
    record: CartRecord | undefined,
  ) {
    if (!record) return response
    const name = `v2.${call}` as const
    const { cart } = record
    const take = (kind: Fault['kind']) => faults.takeKind(name, kind, cart.transactionId)
    if (call === 'payment') {
      const older = carts.previous(record)
      const isSame = older && take('same_transaction_id')
      return isSame ? withId(response, older.cart.transactionId) : response
    }
    if (call !== 'status' && call !== 'details') return response
    const other = carts.find(take('other_cart')?.cart ?? '')?.cart ?? cart
    const stale = cart.previousState && take('stale') ? cart.previousState : undefined
    const claimed = take('says_paid') ? 'paid' : take('says_canceled') ? 'canceled' : undefined
    const state = claimed ?? stale ?? other.state
    if (call === 'status') return responses.transactionStatus(other, pollIntervalMs, state)
    const body = responses.details(other, state)
    if (!takeCorruption(faults, name, cart.transactionId)) return { ...response, body }
    return { ...response, body: { ...body, TotalAmount: body.TotalAmount + 1 } }
  }

  return api
}

const withId = (response: responses.ResponseV2, TransactionId: string) => ({
  ...response,
  body: { ...response.body, TransactionId },
})

function send({ status, body }: responses.ResponseV2, fault?: Fault): Response {
  return replies.json(body, { status, cut: fault?.kind === 'bad_json' })
}
