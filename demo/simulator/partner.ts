import type { IncomingMessage } from 'node:http'

import { Hono } from 'hono'

import type { HttpEnv } from '../simulator-kit/http.ts'
import type { CartRecord } from './cart-record.ts'
import type { Carts } from './carts.ts'
import type { CartExchange } from './exchange.ts'
import type { Fault, Faults, PartnerCall } from './faults.ts'
import { readFields, text } from './order.ts'
import * as replies from './replies.ts'
import { readRefund } from './v2/requests.ts'
import { paymentDetails } from './v2/responses.ts'

export interface PartnerDeps {
  readonly credentials: { readonly secretKey: string }
  readonly carts: Carts
  readonly faults: Faults
  readonly exchange: CartExchange
}

type Handler = (record: CartRecord) => PartnerResponse

interface PartnerResponse {
  readonly status: 200 | 400 | 401 | 404
  readonly body: object
}

const refused = (message: string, status: 400 | 401 | 404 = 400): PartnerResponse => ({
  ...{ status, body: { message } },
})

const notFound = refused('Transaction not found', 404)

/** Refunds of V1 payments. The documents only link to it; this follows what Netgíró's own shop plugin sends and reads. */
export function createPartnerApi({
  credentials,
  carts,
  faults,
  exchange,
}: PartnerDeps): Hono<HttpEnv> {
  const api = new Hono<HttpEnv>()

  // [netgiro] partner API: the header `token` is the SecretKey; nothing is signed.
  api.use(async (c, next) => {
    if (c.req.header('token') === credentials.secretKey) return next()
    carts.rejectedKeys += 1
    return send(refused('Unauthorized', 401))
  })

  api.post('/refund', async (c) => {
    const fields = readFields(await c.req.text()) ?? {}
    return call('partner.refund', c.env.incoming, fields['TransactionId'], (record) => {
      const request = readRefund(fields)
      if (typeof request === 'string') return refused(request)
      if ((text(fields['Reason']) ?? '').length > 100) return refused('Reason is too long')
      const reason = carts.refunds.refund(record, request)
      return reason === undefined
        ? { status: 200, body: { message: 'Refund successful' } }
        : refused(reason)
    })
  })

  api.get('/transaction/:id', (c) =>
    call('partner.transaction', c.env.incoming, c.req.param('id'), ({ cart }) => {
      const before = cart.previousState
      const stale = before && faults.takeKind('partner.transaction', 'stale')
      return { status: 200, body: paymentDetails(cart, stale ? before : cart.state) }
    }),
  )

  const call = (name: PartnerCall, incoming: IncomingMessage, id: unknown, handle: Handler) => {
    const record = carts.countCall(name, id)
    return exchange({
      ...{ name, incoming, record },
      act: () => {
        const reply = record ? handle(record) : notFound
        return { record, reply: (fault) => send(reply, fault) }
      },
      refuse: ({ message }) => send(refused(message)),
    })
  }

  return api
}

function send({ status, body }: PartnerResponse, fault?: Fault): Response {
  return replies.json(body, { status, cut: fault?.kind === 'bad_json' })
}
