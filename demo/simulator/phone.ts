import type { Hono } from 'hono'

import type { Clock } from '../simulator-kit/clock.ts'
import type { HttpEnv } from '../simulator-kit/http.ts'
import { servePages } from '../simulator-kit/pages.ts'
import type { CartRecord } from './cart-record.ts'
import type { Carts } from './carts.ts'
import { personas } from './personas.ts'

export interface PhoneDeps {
  readonly clock: Clock
  readonly carts: Carts
  readonly merchant: string
}

/** The shopper's phone. */
export function createPhone({ clock, carts, merchant }: PhoneDeps): Hono<HttpEnv> {
  const phone = servePages(new URL('./customer/', import.meta.url), {
    '/': 'index.html',
    '/customer.css': 'customer.css',
    '/customer.js': 'customer.js',
  })

  phone.get('/requests', (c) => {
    const { waiting, answered } = carts.phone()
    const now = clock.now()
    return c.json({ now, merchant, waiting: waiting.map(row), answered: answered.map(row) })
  })

  phone.get('/personas', (c) =>
    c.json({ personas: personas.map(({ kind, id, does, gerir }) => ({ kind, id, does, gerir })) }),
  )

  return phone
}

const row = ({ cart }: CartRecord) => ({
  transactionId: cart.transactionId,
  kind: cart.persona.kind,
  customerId: cart.order.customerId,
  smsCode: cart.smsCode ?? null,
  amount: cart.order.amount,
  reference: cart.order.reference,
  description: cart.order.received['Description'] ?? null,
  state: cart.state,
  by: cart.history.at(-1)?.by,
  answersByItself: cart.persona.answersAfter !== undefined,
  createdAt: cart.createdAt,
  validTo: cart.validTo,
})
