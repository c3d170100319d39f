import { Hono } from 'hono'
import { openAttempt } from '../checkout/checkout.ts'
import type { Checkout } from '../checkout/checkout.ts'
import type { Checkouts } from '../checkout/service.ts'
import { CheckoutError } from '../errors.ts'
import { parsePhone } from '../protocol.ts'
import type { Snapshot } from '../protocol.ts'
import { emptyRequest, startRequest } from '../schemas.ts'
import { bearer, readJson } from './admission.ts'
import { clientAddress } from './client-address.ts'
import type { TrustedProxies } from './client-address.ts'

interface SessionDeps {
  readonly checkouts: Checkouts
  readonly toSnapshot: (checkout: Checkout) => Snapshot
  readonly isDraining: () => boolean
  readonly trustedProxies: TrustedProxies
}

/** What a shopper's browser may do with the session that the shop gave it: read, start, cancel. */
export function sessionRoutes({ checkouts, toSnapshot, isDraining, trustedProxies }: SessionDeps) {
  const routes = new Hono<{ Variables: { checkout: Checkout } }>()

  routes.use(async (c, next) => {
    c.set('checkout', await checkouts.bySession(bearer(c.req.header('authorization'))))
    await next()
  })

  routes.get('/', (c) => c.json(toSnapshot(c.get('checkout'))))

  routes.post('/start', async (c) => {
    const wish = await readJson(c, startRequest)
    if (!('phone' in wish)) throw new CheckoutError('not_supported')
    const phone = parsePhone(wish.phone)
    if (!phone) throw new CheckoutError('invalid_phone')
    if (isDraining() && !openAttempt(c.get('checkout'))) throw new CheckoutError('shutting_down')
    const address = clientAddress(c, trustedProxies)
    return c.json(toSnapshot(await checkouts.start(c.get('checkout'), phone, address)), 202)
  })

  routes.post('/cancel', async (c) => {
    await readJson(c, emptyRequest)
    return c.json(toSnapshot(await checkouts.cancelAttempt(c.get('checkout'))), 202)
  })

  return routes
}
