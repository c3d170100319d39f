import { Hono } from 'hono'
import { createMiddleware } from 'hono/factory'
import { secureHeaders } from 'hono/secure-headers'
import { safeParse } from 'valibot'
import type { OutboxStore } from '../../core/store.ts'
import type { Refunds } from '../../core/refunds.ts'
import type { Support } from '../../core/support.ts'
import type { Checkouts } from '../../core/checkouts.ts'
import type { Clock } from '../../core/clock.ts'
import { CheckoutError } from '../../core/errors.ts'
import type { SecurityEvent } from '../../core/errors.ts'
import type { Log } from '../../log.ts'
import { closeRefundForm } from '../../http/request-schemas.ts'
import type { RefusedCredentials } from './pages.ts'
import { checkoutPage, loginPage, searchPage } from './pages.ts'
import { bodyLimit, readForm } from '../../http/middleware.ts'
import { digestOf } from '../../crypto.ts'
import { clientAddress } from '../../http/client-address.ts'
import type { TrustedProxies } from '../../http/client-address.ts'
import { findCheckout } from './find.ts'
import { LoginThrottle } from './login-throttle.ts'
import { onlySameOrigin } from './same-origin.ts'
import { AdminSessions } from './sessions.ts'
import { style } from './style.ts'

/** A merchant whose checkouts the support page shows. */
export interface SupportedMerchant {
  readonly merchantName: string
  readonly checkouts: Checkouts
  readonly refunds: Refunds
  readonly support: Support
  readonly outbox: OutboxStore
  readonly log: Log
  /** Providers that refuse our credentials; usually empty. */
  readonly refusedCredentials: () => readonly RefusedCredentials[]
  /** Null when webhooks are disabled. */
  readonly sender: { readonly disabledAt: number | null; enable(): void } | null
}

export interface AdminDeps {
  /** The merchant that an admin token with this digest belongs to. */
  readonly merchants: { byAdminToken(digest: string): SupportedMerchant | null }
  readonly publicUrl: string
  readonly trustedProxies: TrustedProxies
  /** Above the login, before it is known whose token it is. */
  readonly title: string
  readonly clock: Clock
  readonly onSecurityEvent: (event: SecurityEvent) => void
}

/** The merchant that is logged in. */
interface AdminEnv {
  readonly Variables: { readonly merchant: SupportedMerchant }
}
type Routes = Hono<AdminEnv>

/**
 * The support page: finds a checkout and shows its history, resends events and closes refunds by hand. All links are
 * relative, so that it works behind a prefix too.
 */
export function adminRoutes(deps: AdminDeps) {
  const sessions = new AdminSessions(deps.clock)
  const routes = new Hono<AdminEnv>()
  routes.use('/admin/*', pageHeaders, bodyLimit(8), onlySameOrigin(deps.publicUrl))
  routes.use('/admin/*', async (c, next) => {
    c.header('vary', 'Cookie')
    await next()
  })
  routes.get('/admin', (c) => c.redirect('admin/checkouts'))
  routes.get('/admin/', (c) => c.redirect('checkouts'))
  routes.get('/admin/style.css', (c) =>
    c.body(style, 200, { 'content-type': 'text/css; charset=utf-8' }),
  )
  addLogin(routes, sessions, deps)
  // Routes after this line need a session.
  routes.use('/admin/*', requireSession(sessions, deps))
  addCheckouts(routes, deps.clock)
  addActions(routes, deps.clock)
  routes.post('/admin/logout', (c) => {
    sessions.close(c)
    return c.redirect('login', 303)
  })
  return routes
}

const requireSession = (sessions: AdminSessions, { merchants }: AdminDeps) =>
  createMiddleware<AdminEnv>(async (c, next) => {
    const digest = sessions.tokenDigestOf(c)
    const merchant = digest === null ? null : merchants.byAdminToken(digest)
    if (!merchant) return c.redirect('login', 303)
    c.set('merchant', merchant)
    await next()
    return undefined
  })

const pageHeaders = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    styleSrc: ["'self'"],
    formAction: ["'self'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
  },
  xFrameOptions: 'DENY',
  // With `no-referrer` a browser sends `Origin: null`, which cannot be distinguished from a foreign form.
  referrerPolicy: 'same-origin',
  // HSTS covers the whole host, so its owner decides.
  strictTransportSecurity: false,
})

function addLogin(routes: Routes, sessions: AdminSessions, deps: AdminDeps): void {
  const { merchants, trustedProxies, title, clock, onSecurityEvent } = deps
  const merchantOf = (token: string) => merchants.byAdminToken(digestOf(token))
  const throttle = new LoginThrottle((token) => merchantOf(token) !== null, clock)
  routes.get('/admin/login', (c) => c.html(loginPage(title, null)))
  routes.post('/admin/login', async (c) => {
    const token = ((await readForm(c)).get('token') ?? '').trim()
    const result = throttle.judge(token, clientAddress(c, trustedProxies))
    if (result === 'refused') {
      onSecurityEvent('limit_admin_token')
      c.header('retry-after', String(throttle.waitMs / 1_000))
      return c.html(loginPage(title, 'Too many wrong tokens. Wait ten minutes.'), 429)
    }
    if (result === 'wrong') {
      onSecurityEvent('wrong_admin_token')
      return c.html(loginPage(title, 'Wrong token.'), 401)
    }
    merchantOf(token)?.log.info('admin login')
    sessions.open(c, digestOf(token))
    return c.redirect('checkouts', 303)
  })
}

/** Of each list on the first page. */
const maxListed = 50

/** Those that were tried at least once: one that is about to be sent needs nobody. */
async function undelivered(outbox: OutboxStore) {
  const scheduled = await outbox.due(Number.MAX_SAFE_INTEGER, maxListed)
  return scheduled.filter(({ tries }) => tries > 0)
}

const search = async (merchant: SupportedMerchant, notFound: string | null) =>
  searchPage({
    merchantName: merchant.merchantName,
    notFound,
    disabledSince: merchant.sender?.disabledAt ?? null,
    refusedCredentials: merchant.refusedCredentials(),
    inReview: await merchant.support.inReview(maxListed),
    refunds: await merchant.refunds.inReview(maxListed),
    uncertain: await merchant.support.uncertain(maxListed),
    undelivered: await undelivered(merchant.outbox),
  })

function addCheckouts(routes: Routes, clock: Clock): void {
  routes.get('/admin/checkouts', async (c) => {
    const { q: query, resent, closed } = c.req.query()
    const merchant = c.get('merchant')
    const { merchantName, checkouts, outbox, sender } = merchant
    if (!query?.trim()) return c.html(await search(merchant, null))
    const checkout = await findCheckout(checkouts, query)
    if (!checkout) return c.html(await search(merchant, query), 404)
    const [history, events] = await Promise.all([
      checkouts.history(checkout),
      outbox.eventsOf(checkout.id),
    ])
    return c.html(
      checkoutPage({
        ...{ merchantName, checkout, history, events, resent, closed },
        canResend: sender !== null,
        disabledSince: sender?.disabledAt ?? null,
        now: clock.now(),
      }),
    )
  })
}

function addActions(routes: Routes, clock: Clock): void {
  routes.post('/admin/resend', async (c) => {
    const { outbox, sender, log } = c.get('merchant')
    const id = (await readForm(c)).get('event')
    const event = id === undefined ? null : await outbox.find(id)
    if (!event || !sender) throw new CheckoutError('not_found')
    await outbox.resend(event.id, clock.now())
    sender.enable()
    log.info({ event: event.id, type: event.type }, 'event resent from the support page')
    return c.redirect(`checkouts?q=${event.checkoutId}&resent=${event.id}`, 303)
  })

  routes.post('/admin/close-refund', async (c) => {
    const { refunds, log } = c.get('merchant')
    const { checkout, refund, as, by, note } = parseClosing(await readForm(c))
    const settled = await refunds.close(checkout, refund, as, { by, note })
    if (!settled) throw new CheckoutError('not_found')
    log.info({ checkout, refund, as, by }, 'refund closed by hand')
    return c.redirect(`checkouts?q=${checkout}&closed=${refund}`, 303)
  })
}

function parseClosing(fields: ReadonlyMap<string, string>) {
  const result = safeParse(closeRefundForm, Object.fromEntries(fields))
  if (result.success) return result.output
  throw new CheckoutError('invalid_request', {
    detail: 'checkout, refund, as, by and note are required',
  })
}
