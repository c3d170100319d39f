import { Hono } from 'hono'
import type { Context } from 'hono'
import * as v from 'valibot'
import { openAttempt } from '../core/checkout.ts'
import type { PayerRequest } from '../core/checkout.ts'
import { CheckoutError, shuttingDown } from '../core/errors.ts'
import { parseAppCode, parseNationalId, parsePhone, parseSmsCode } from '../protocol/index.ts'
import type { ProblemCode } from '../protocol/index.ts'
import {
  actionNames,
  actionRequest,
  codeRequest,
  emptyRequest,
  startRequest,
} from './request-schemas.ts'
import type { FoundSession, Merchants } from './merchants.ts'
import { idempotencyKey } from './idempotency.ts'
import { bearer, readJson, validate } from './middleware.ts'
import { limitShopperRequests } from './request-limit.ts'
import { shopperAddress } from './client-address.ts'
import type { TrustedProxies } from './client-address.ts'

interface Env {
  Variables: FoundSession
}

interface SessionDeps {
  readonly merchants: Merchants
  readonly trustedProxies: TrustedProxies
}

/** The browser API: with its session, a browser may read the checkout, start a payment, submit a code and cancel. */
export function sessionRoutes({ merchants, trustedProxies }: SessionDeps) {
  const routes = new Hono<Env>()

  routes.use(async (c, next) => {
    const session = bearer(c.req.header('authorization'))
    const found = await merchants.bySession(session, c.req.header('origin'))
    c.set('merchant', found.merchant)
    c.set('checkout', found.checkout)
    await next()
  })
  routes.use(limitShopperRequests)

  routes.get('/', (c) => c.json(c.get('merchant').toSnapshot(c.get('checkout'))))

  const start = async (c: Context<Env>, input: unknown) => {
    const body = validate(input, startRequest)
    const payer = payerOf(body)
    const cancelWaiting = 'cancelWaiting' in body && body.cancelWaiting === true
    const { merchant, checkout } = c.var
    if (merchant.isDraining() && !openAttempt(checkout)) throw shuttingDown()
    const address = shopperAddress(c, trustedProxies)
    const started = await merchant.checkouts.start(checkout, payer, address, cancelWaiting)
    return c.json(merchant.toSnapshot(started), 202)
  }

  const submitCode = async (c: Context<Env>, input: unknown) => {
    const { code } = validate(input, codeRequest)
    const smsCode = parse(code, parseSmsCode, 'invalid_code')
    const { merchant, checkout } = c.var
    const latest = await merchant.checkouts.submitCode(checkout, smsCode, idempotencyKey(c))
    return c.json(merchant.toSnapshot(latest), 202)
  }

  const cancel = async (c: Context<Env>, input: unknown) => {
    validate(input, emptyRequest)
    const { merchant, checkout } = c.var
    return c.json(merchant.toSnapshot(await merchant.checkouts.cancelAttempt(checkout)), 202)
  }

  const actions = { start, code: submitCode, cancel }
  routes.post('/', async (c) => {
    const { action, ...input } = await readJson(c, actionRequest)
    return actions[action](c, input)
  })
  for (const action of actionNames)
    routes.post(`/${action}`, async (c) => actions[action](c, await readJson(c, v.unknown())))

  return routes
}

interface StartInput {
  readonly phone?: string
  readonly nationalId?: string
  readonly appCode?: string
}

function payerOf({ phone, nationalId, appCode }: StartInput): PayerRequest {
  if (phone !== undefined)
    return { kind: 'phone', value: parse(phone, parsePhone, 'invalid_phone') }
  if (nationalId !== undefined) {
    const value = parse(nationalId, parseNationalId, 'invalid_national_id')
    return { kind: 'national_id', value }
  }
  if (appCode !== undefined)
    return { kind: 'app_code', value: parse(appCode, parseAppCode, 'invalid_app_code') }
  return { kind: 'provider_form' }
}

function parse(text: string, parser: (text: string) => string | null, problem: ProblemCode) {
  const value = parser(text)
  if (value === null) throw new CheckoutError(problem)
  return value
}
