import { readFileSync } from 'node:fs'

import { Hono } from 'hono'

import type { Env } from './api.ts'
import type { Clock } from './clock.ts'
import type { Entry } from './entry.ts'
import type { Ledger } from './ledger.ts'
import { personas } from './personas.ts'

export interface PhoneDeps {
  readonly clock: Clock
  readonly ledger: Ledger
  readonly merchant: string
}

const file = (name: string) => readFileSync(new URL(`./customer/${name}`, import.meta.url), 'utf8')

// May be framed: a demo shows the phone beside the shop.
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
].join('; ')

/** The shopper's phone. */
export function createPhone({ clock, ledger, merchant }: PhoneDeps): Hono<Env> {
  const phone = new Hono<Env>()
  const [page, style, script] = [file('index.html'), file('customer.css'), file('customer.js')]

  phone.use(async (c, next) => {
    await next()
    c.header('cache-control', 'no-store')
    c.header('x-content-type-options', 'nosniff')
    c.header('content-security-policy', contentSecurityPolicy)
  })

  phone.get('/', (c) => c.html(page))
  phone.get('/customer.css', (c) => c.body(style, 200, { 'content-type': 'text/css' }))
  phone.get('/customer.js', (c) => c.body(script, 200, { 'content-type': 'text/javascript' }))

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
