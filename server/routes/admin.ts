import { Hono } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import type { OutboxStore } from '../checkout/ports.ts'
import type { Checkouts } from '../checkout/service.ts'
import type { Clock } from '../clock.ts'
import { CheckoutError } from '../errors.ts'
import type { Log } from '../log.ts'
import { checkoutPage, loginPage, searchPage } from './admin/pages.ts'
import { limit } from './admission.ts'
import { clientAddress } from './client-address.ts'
import type { TrustedProxies } from './client-address.ts'
import { findCheckout } from './admin/find.ts'
import type { TokenGuard } from './admin/guard.ts'
import { onlySameOrigin } from './admin/same-origin.ts'
import { AdminSessions } from './admin/sessions.ts'
import { style } from './admin/style.ts'

export interface AdminDeps {
  readonly checkouts: Checkouts
  readonly outbox: OutboxStore
  readonly guard: TokenGuard
  readonly publicUrl: string
  readonly trustedProxies: TrustedProxies
  readonly merchantName: string
  readonly clock: Clock
  readonly log: Log
  /** Null where nobody is told. */
  readonly sender: { readonly disabledAt: number | null; enable(): void } | null
}

/**
 * The support page: looks up a checkout and tells its story; its one deed is to tell the shop again. All links are
 * relative, so that it works behind a prefix too.
 */
export function adminRoutes(deps: AdminDeps) {
  const { checkouts, outbox, guard, sender, clock, log, merchantName } = deps
  const sessions = new AdminSessions(clock)
  const routes = new Hono()

  routes.use(
    '/admin/*',
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
      xFrameOptions: 'DENY',
      // With `no-referrer` a browser sends `Origin: null`, and no form could be told from a foreign one.
      referrerPolicy: 'same-origin',
      // Whether the whole domain is for HTTPS only is for its owner to say.
      strictTransportSecurity: false,
    }),
    limit(8),
    onlySameOrigin(deps.publicUrl),
  )

  routes.get('/admin', (c) => c.redirect('admin/checkouts'))
  routes.get('/admin/', (c) => c.redirect('checkouts'))
  routes.get('/admin/style.css', (c) =>
    c.body(style, 200, { 'content-type': 'text/css; charset=utf-8' }),
  )
  routes.get('/admin/login', (c) => c.html(loginPage(merchantName, null)))
  routes.post('/admin/login', async (c) => {
    const { token } = await c.req.parseBody()
    const address = clientAddress(c, deps.trustedProxies)
    const verdict = guard.judge(typeof token === 'string' ? token.trim() : '', address)
    log.info({ verdict }, 'somebody logs in to the support page')
    if (verdict === 'refused') {
      return c.html(loginPage(merchantName, 'Too many wrong tokens. Wait ten minutes.'), 429)
    }
    if (verdict === 'wrong') return c.html(loginPage(merchantName, 'This is not the token.'), 401)
    c.header('set-cookie', sessions.open(isSecure(c.req.header('origin'))))
    return c.redirect('checkouts', 303)
  })

  routes.use('/admin/*', async (c, next) => {
    if (!sessions.has(c.req.header('cookie'))) return c.redirect('login', 303)
    await next()
    return undefined
  })

  routes.get('/admin/checkouts', async (c) => {
    const { q: asked, resent } = c.req.query()
    const silentSince = sender?.disabledAt ?? null
    if (!asked?.trim()) return c.html(searchPage(merchantName, null, silentSince))
    const checkout = await findCheckout(checkouts, asked)
    if (!checkout) return c.html(searchPage(merchantName, asked, silentSince), 404)
    const [history, events] = await Promise.all([
      checkouts.history(checkout.id),
      outbox.eventsOf(checkout.id),
    ])
    const canResend = sender !== null
    return c.html(
      checkoutPage({ merchantName, checkout, history, events, canResend, resent, silentSince }),
    )
  })

  routes.post('/admin/resend', async (c) => {
    const { event: id } = await c.req.parseBody()
    const event = typeof id === 'string' ? await outbox.find(id) : null
    if (!event || !sender) throw new CheckoutError('not_found')
    await outbox.resend(event.id, clock.now())
    sender.enable()
    log.info({ event: event.id, type: event.type }, 'an event is sent again, as support asked')
    return c.redirect(`checkouts?q=${event.checkoutId}&resent=${event.id}`, 303)
  })

  routes.post('/admin/logout', (c) => {
    const cookies = c.req.header('cookie')
    c.header('set-cookie', sessions.close(cookies, isSecure(c.req.header('origin'))))
    return c.redirect('login', 303)
  })

  return routes
}

/** The browser says itself which scheme it used, whatever lies in between. */
const isSecure = (origin = ''): boolean => origin.startsWith('https:')
