import { Hono } from 'hono'

import type { HttpEnv } from '../../simulator-kit/http.ts'
import type { Entry } from '../entry.ts'
import type { CartExchange } from '../exchange.ts'
import { takeWrong, v2Calls, type Fault, type Faults, type V2Call } from '../faults.ts'
import type { Ledger } from '../ledger.ts'
import { readFields } from '../order.ts'
import * as replies from '../replies.ts'
import * as answers from './answers.ts'
import { createDeeds } from './deeds.ts'

export interface ApiV2Deps {
  readonly appId: string
  readonly ledger: Ledger
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

/** Netgíró's V2 calls over HTTP, on the same carts: a key comes in, and nothing is signed. */
export function createApiV2(deps: ApiV2Deps): Hono<HttpEnv> {
  const { appId, ledger, faults, exchange, pollIntervalMs } = deps
  const deeds = createDeeds(ledger, pollIntervalMs)
  const api = new Hono<HttpEnv>()

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
        method === 'POST' ? readFields(await c.req.text()) : { TransactionId: c.req.param('id') }
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
    if (!entry) return answer
    const name = `v2.${call}` as const
    const { cart } = entry
    const take = (kind: Fault['kind']) => faults.takeKind(name, kind, cart.transactionId)
    if (call === 'payment') {
      const older = ledger.before(entry)
      const isSame = older && take('same_transaction_id')
      return isSame ? withId(answer, older.cart.transactionId) : answer
    }
    if (call !== 'status' && call !== 'details') return answer
    const other = ledger.find(take('other_cart')?.cart ?? '')?.cart ?? cart
    const stale = cart.stateBefore && take('stale') ? cart.stateBefore : undefined
    const said = take('says_paid') ? 'paid' : take('says_canceled') ? 'canceled' : undefined
    const state = said ?? stale ?? other.state
    if (call === 'status') return answers.stateOf(other, pollIntervalMs, state)
    const body = answers.details(other, state)
    if (!takeWrong(faults, name, cart.transactionId)) return { ...answer, body }
    return { ...answer, body: { ...body, TotalAmount: body.TotalAmount + 1 } }
  }

  return api
}

const withId = (answer: answers.AnswerV2, TransactionId: string) => ({
  ...answer,
  body: { ...answer.body, TransactionId },
})

function send({ status, body }: answers.AnswerV2, fault?: Fault): Response {
  return replies.json(body, { status, cut: fault?.kind === 'bad_json' })
}
