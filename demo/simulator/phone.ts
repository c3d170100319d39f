import type { Hono } from 'hono'

import type { Clock } from '../simulator-kit/clock.ts'
import type { HttpEnv } from '../simulator-kit/http.ts'
import { servePages } from '../simulator-kit/pages.ts'
import type { Entry } from './entry.ts'
import type { Ledger } from './ledger.ts'
import { personas } from './personas.ts'

export interface PhoneDeps {
  readonly clock: Clock
  readonly ledger: Ledger
  readonly merchant: string
}

/** The shopper's phone. */
export function createPhone({ clock, ledger, merchant }: PhoneDeps): Hono<HttpEnv> {
  const phone = servePages(new URL('./customer/', import.meta.url), {
    '/': 'index.html',
    '/customer.css': 'customer.css',
    '/customer.js': 'customer.js',
  })

  phone.get('/requests', (c) => {
    const { waiting, answered } = ledger.phone()
    const now = clock.now()
    return c.json({ now, merchant, waiting: waiting.map(row), answered: answered.map(row) })
  })

  phone.get('/personas', (c) =>
    c.json({ personas: personas.map(({ kind, id, does, gerir }) => ({ kind, id, does, gerir })) }),
  )

  return phone
}

const row = ({ cart }: Entry) => ({
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
