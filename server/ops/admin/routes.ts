import { Hono } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import { safeParse } from 'valibot'
import type { OutboxStore } from '../../core/store.ts'
import type { Refunds } from '../../core/refunds.ts'
import type { Checkouts } from '../../core/checkouts.ts'
import type { Clock } from '../../core/clock.ts'
import { CheckoutError } from '../../core/errors.ts'
import type { SecurityEvent } from '../../core/errors.ts'
import type { Log } from '../../log.ts'
import { closeRefundForm } from '../../http/schemas.ts'
import type { RefusedCredentials } from './pages.ts'
import { checkoutPage, loginPage, searchPage } from './pages.ts'
import { bodyLimit, readForm } from '../../http/middleware.ts'
import { clientAddress } from '../../http/client-address.ts'
import type { TrustedProxies } from '../../http/client-address.ts'
import { findCheckout } from './find.ts'
import type { LoginThrottle } from './login-throttle.ts'
import { onlySameOrigin } from './same-origin.ts'
import { AdminSessions } from './sessions.ts'
import { style } from './style.ts'

export interface AdminDeps {
  readonly checkouts: Checkouts
  readonly refunds: Refunds
  readonly outbox: OutboxStore
  readonly throttle: LoginThrottle
  readonly publicUrl: string
  readonly trustedProxies: TrustedProxies
  readonly merchantName: string
  readonly clock: Clock
  readonly log: Log
  readonly onSecurityEvent: (event: SecurityEvent) => void
  /** What a provider answers that it does not take; empty as a rule. */
  readonly refusedCredentials: () => readonly RefusedCredentials[]
  /** Null where nobody is told. */
  readonly sender: { readonly disabledAt: number | null; enable(): void } | null
}

/**
 * The support page: looks up a checkout and tells its story; it tells the shop again, and takes a person's word
 * on a refund. All links are relative, so that it works behind a prefix too.
 */
export function adminRoutes(deps: AdminDeps) {
  const { checkouts, refunds, outbox, throttle, sender, clock, log, merchantName } = deps
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
    bodyLimit(8),
    onlySameOrigin(deps.publicUrl),
  )

  routes.use('/admin/*', async (c, next) => {
    c.header('vary', 'Cookie')
    await next()
  })

  routes.get('/admin', (c) => c.redirect('admin/checkouts'))
  routes.get('/admin/', (c) => c.redirect('checkouts'))
  routes.get('/admin/style.css', (c) =>
    c.body(style, 200, { 'content-type': 'text/css; charset=utf-8' }),
  )
  routes.get('/admin/login', (c) => c.html(loginPage(merchantName, null)))
  routes.post('/admin/login', async (c) => {
    const token = (await readForm(c)).get('token') ?? ''
    const verdict = throttle.judge(token.trim(), clientAddress(c, deps.trustedProxies))
    if (verdict === 'refused') {
      deps.onSecurityEvent('limit_admin_token')
      c.header('retry-after', String(throttle.waitMs / 1_000))
      return c.html(loginPage(merchantName, 'Too many wrong tokens. Wait ten minutes.'), 429)
    }
    if (verdict === 'wrong') {
      deps.onSecurityEvent('wrong_admin_token')
      return c.html(loginPage(merchantName, 'This is not the token.'), 401)
    }
    log.info('somebody logged in to the support page')
    c.header('set-cookie', sessions.open(isSecure(c.req.header('origin'))))
    return c.redirect('checkouts', 303)
  })

  routes.use('/admin/*', async (c, next) => {
    if (!sessions.has(c.req.header('cookie'))) return c.redirect('login', 303)
    await next()
    return undefined
  })

  routes.get('/admin/checkouts', async (c) => {
    const { q: asked, resent, closed } = c.req.query()
    const silentSince = sender?.disabledAt ?? null
    const search = async (missed: string | null) =>
      searchPage({
        ...{ merchantName, missed, silentSince, refusedCredentials: deps.refusedCredentials() },
        refunds: await refunds.inReview(maxRefunds),
      })
    if (!asked?.trim()) return c.html(await search(null))
    const checkout = await findCheckout(checkouts, asked)
    if (!checkout) return c.html(await search(asked), 404)
    const [history, events] = await Promise.all([
      checkouts.history(checkout),
      outbox.eventsOf(checkout.id),
    ])
    const canResend = sender !== null
    return c.html(
      checkoutPage({
        ...{ merchantName, checkout, history, events, canResend, silentSince },
        ...{ resent, closed, now: clock.now() },
      }),
    )
  })

  routes.post('/admin/resend', async (c) => {
    const id = (await readForm(c)).get('event')
    const event = id === undefined ? null : await outbox.find(id)
    if (!event || !sender) throw new CheckoutError('not_found')
    await outbox.resend(event.id, clock.now())
    sender.enable()
    log.info({ event: event.id, type: event.type }, 'an event is sent again, as support asked')
    return c.redirect(`checkouts?q=${event.checkoutId}&resent=${event.id}`, 303)
  })

  routes.post('/admin/close-refund', async (c) => {
    const { checkout, refund, as, by, note } = readClosing(await readForm(c))
    const settled = await refunds.close(checkout, refund, as, { by, note })
    if (!settled) throw new CheckoutError('not_found')
    log.info({ checkout, refund, as, by }, 'a refund was closed by hand')
    return c.redirect(`checkouts?q=${checkout}&closed=${refund}`, 303)
  })

  routes.post('/admin/logout', (c) => {
    const cookies = c.req.header('cookie')
    c.header('set-cookie', sessions.close(cookies, isSecure(c.req.header('origin'))))
    return c.redirect('login', 303)
  })

  return routes
}

const maxRefunds = 50

function readClosing(fields: ReadonlyMap<string, string>) {
  const result = safeParse(closeRefundForm, Object.fromEntries(fields))
  if (result.success) return result.output
  throw new CheckoutError('invalid_request', {
    detail: 'checkout, refund, as, by and note are needed',
  })
}

/** The browser says itself which scheme it used, whatever lies in between. */
const isSecure = (origin = ''): boolean => origin.startsWith('https:')
