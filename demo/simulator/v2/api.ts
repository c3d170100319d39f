import { Hono } from 'hono'

import type { Env } from '../api.ts'
import type { Entry } from '../entry.ts'
import type { Exchange } from '../exchange.ts'
import { v2Calls, type Fault, type Faults, type V2Call } from '../faults.ts'
import type { Ledger } from '../ledger.ts'
import { readFields } from '../order.ts'
import * as replies from '../replies.ts'
import * as answers from './answers.ts'
import { createDeeds } from './deeds.ts'

export interface ApiV2Deps {
  readonly appId: string
  readonly ledger: Ledger
  readonly faults: Faults
  readonly exchange: Exchange
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

/** Netgíró's V2 calls over HTTP, on the same carts: a key comes in, and nothing is signed. */
export function createApiV2(deps: ApiV2Deps): Hono<Env> {
  const { appId, ledger, faults, exchange, pollIntervalMs } = deps
  const deeds = createDeeds(ledger, pollIntervalMs)
  const api = new Hono<Env>()

  // [netgiro] authentication: X-Netgiro-Api-Key is the ApplicationId, which the documents print in either case.
  api.use(async (c, next) => {
    const key = c.req.header('x-netgiro-api-key')
    if (key?.toLowerCase() === appId.toLowerCase()) return next()
    ledger.rejectedKeys += 1
    return send(answers.keyRequired)
  })

  for (const call of v2Calls) {
    const [method, path] = routes[call]
    api.on(method, path, async (c) => {
      const fields =
        method === 'POST'
          ? readFields(new Uint8Array(await c.req.arrayBuffer()))
          : { TransactionId: c.req.param('id') }
      const found = ledger.called(call, fields?.['TransactionId'])
      return exchange({
        ...{ name: `v2.${call}`, incoming: c.env.incoming, entry: found },
        act: () => {
          const { answer, entry } = fields
            ? deeds[call](fields, found)
            : { answer: answers.refused('The body is not a JSON object.'), entry: undefined }
          return { entry, reply: (fault) => send(bent(call, answer, entry), fault) }
        },
        refuse: ({ message }) => send(answers.refused(message, found?.cart)),
      })
    })
  }

  /** The faults that only some answers can show. */
  function bent(call: V2Call, answer: answers.AnswerV2, entry: Entry | undefined) {
    if (!entry || (call !== 'status' && call !== 'details')) return answer
    const { cart } = entry
    const name = `v2.${call}` as const
    const before = cart.stateBefore
    const stale = before && faults.take(name, (kind) => kind === 'stale') ? before : undefined
    if (call === 'status') return stale ? answers.stateOf(cart, pollIntervalMs, stale) : answer
    const body = answers.details(cart, stale)
    if (!faults.takeWrong(name)) return { ...answer, body }
    return { ...answer, body: { ...body, TotalAmount: body.TotalAmount + 1 } }
  }

  return api
}

function send({ status, body }: answers.AnswerV2, fault?: Fault): Response {
  return replies.json(body, { status, cut: fault?.kind === 'bad_json' })
}
