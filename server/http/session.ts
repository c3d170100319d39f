import { Hono } from 'hono'
import { openAttempt } from '../core/checkout.ts'
import type { Checkout, PayerRequest } from '../core/checkout.ts'
import type { Checkouts } from '../core/checkouts.ts'
import { CheckoutError } from '../core/errors.ts'
import { parseAppCode, parseNationalId, parsePhone, parseSmsCode } from '../protocol/index.ts'
import type { ProblemCode, Snapshot } from '../protocol/index.ts'
import { codeRequest, emptyRequest, startRequest } from './schemas.ts'
import { bearer, readJson } from './middleware.ts'
import { shopperAddress } from './client-address.ts'
import type { TrustedProxies } from './client-address.ts'

interface SessionDeps {
  readonly checkouts: Checkouts
  readonly toSnapshot: (checkout: Checkout) => Snapshot
  readonly isDraining: () => boolean
  readonly trustedProxies: TrustedProxies
}

/** What a shopper's browser may do with the session that the shop gave it: read, start, give a code, cancel. */
export function sessionRoutes({ checkouts, toSnapshot, isDraining, trustedProxies }: SessionDeps) {
  const routes = new Hono<{ Variables: { checkout: Checkout } }>()

  routes.use(async (c, next) => {
    c.set('checkout', await checkouts.bySession(bearer(c.req.header('authorization'))))
    await next()
  })

  routes.get('/', (c) => c.json(toSnapshot(c.get('checkout'))))

  routes.post('/start', async (c) => {
    const wanted = await readJson(c, startRequest)
    const payer = payerIn(wanted)
    const cancelWaiting = 'cancelWaiting' in wanted && wanted.cancelWaiting === true
    if (isDraining() && !openAttempt(c.get('checkout'))) throw new CheckoutError('shutting_down')
    const address = shopperAddress(c, trustedProxies)
    const started = await checkouts.start(c.get('checkout'), payer, address, cancelWaiting)
    return c.json(toSnapshot(started), 202)
  })

  routes.post('/code', async (c) => {
    const { code } = await readJson(c, codeRequest)
    const sound = read(code, parseSmsCode, 'invalid_code')
    return c.json(toSnapshot(await checkouts.submitCode(c.get('checkout'), sound)), 202)
  })

  routes.post('/cancel', async (c) => {
    await readJson(c, emptyRequest)
    return c.json(toSnapshot(await checkouts.cancelAttempt(c.get('checkout'))), 202)
  })

  return routes
}

interface StartInput {
  readonly phone?: string
  readonly nationalId?: string
  readonly appCode?: string
}

function payerIn({ phone, nationalId, appCode }: StartInput): PayerRequest {
  if (phone !== undefined) return { kind: 'phone', value: read(phone, parsePhone, 'invalid_phone') }
  if (nationalId !== undefined) {
    const value = read(nationalId, parseNationalId, 'invalid_national_id')
    return { kind: 'national_id', value }
  }
  if (appCode !== undefined)
    return { kind: 'app_code', value: read(appCode, parseAppCode, 'invalid_app_code') }
  return { kind: 'provider_form' }
}

function read(text: string, parse: (text: string) => string | null, otherwise: ProblemCode) {
  const value = parse(text)
  if (value === null) throw new CheckoutError(otherwise)
  return value
}
