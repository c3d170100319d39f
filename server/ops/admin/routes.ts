import { Hono } from 'hono'
import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import { secureHeaders } from 'hono/secure-headers'
import { safeParse } from 'valibot'
import type { InferOutput } from 'valibot'
import type { LoginStore, OutboxStore } from '../../core/store.ts'
import type { Refunds } from '../../core/refunds.ts'
import type { Support } from '../../core/support.ts'
import type { Checkout } from '../../core/checkout.ts'
import type { Checkouts } from '../../core/checkouts.ts'
import type { Clock } from '../../core/clock.ts'
import { CheckoutError } from '../../core/errors.ts'
import type { SecurityEvent } from '../../core/errors.ts'
import type { Log } from '../../log.ts'
import { closeRefundForm, closeReviewForm } from '../../http/request-schemas.ts'
import { bodyLimit, readForm } from '../../http/middleware.ts'
import { digestOf } from '../../crypto.ts'
import type { Cipher } from '../../crypto.ts'
import { clientAddress } from '../../http/client-address.ts'
import type { TrustedProxies } from '../../http/client-address.ts'
import type { RefusedCredentials } from '../credentials-health.ts'
import type { Attention } from './attention.ts'
import { checkoutPage } from './checkout-page.ts'
import type { CheckoutPage } from './checkout-page.ts'
import { readDescription } from './description.ts'
import { findCheckouts } from './find.ts'
import { chooseLanguage, ownPage, wordsFor } from './language.ts'
import type { Frame } from './layout.ts'
import { loginPage } from './login-page.ts'
import { LoginThrottle } from './login-throttle.ts'
import { onlySameOrigin } from './same-origin.ts'
import { firstPage, foundPage, sameReferencePage } from './search-pages.ts'
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
  readonly sender: { readonly disabledAt: number | null; noticeResend(): void } | null
}

export interface AdminDeps {
  /** The merchant that an admin token with this digest belongs to. */
  readonly merchants: { byAdminToken(digest: string): SupportedMerchant | null }
  readonly publicUrl: string
  readonly trustedProxies: TrustedProxies
  /** Above the login, before it is known whose token it is. */
  readonly title: string
  readonly logins: LoginStore
  /** Under the key of the database. */
  readonly cipher: Cipher
  readonly clock: Clock
  readonly onSecurityEvent: (event: SecurityEvent) => void
}

/** The merchant that is logged in. */
interface AdminEnv {
  readonly Variables: { readonly merchant: SupportedMerchant }
}
type Routes = Hono<AdminEnv>
type MerchantContext = Context<AdminEnv>

/**
 * The support page: lists what needs a person, finds a checkout and shows its history, resends events and closes refunds by hand.
 * All links are relative, so that it works behind a prefix too.
 */
export function adminRoutes(deps: AdminDeps) {
  const sessions = new AdminSessions(deps.logins, deps.cipher, deps.clock)
  const routes = new Hono<AdminEnv>()
  routes.use('/admin/*', pageHeaders, bodyLimit(8), onlySameOrigin(deps.publicUrl))
  routes.use('/admin/*', async (c, next) => {
    c.header('vary', 'Cookie, Accept-Language')
    await next()
  })
  routes.get('/admin', (c) => c.redirect('admin/checkouts'))
  routes.get('/admin/', (c) => c.redirect('checkouts'))
  routes.get('/admin/style.css', (c) =>
    c.body(style, 200, { 'content-type': 'text/css; charset=utf-8' }),
  )
  // From there, the relative way to the login would lead back there.
  routes.all('/admin/:page/:rest{.*}', () => {
    throw new CheckoutError('not_found')
  })
  addLogin(routes, sessions, deps)
  // Routes after this line need a session.
  routes.use('/admin/*', requireSession(sessions, deps))
  addCheckouts(routes, deps.clock)
  addSearch(routes, sessions, deps.clock)
  addActions(routes, deps.clock)
  routes.post('/admin/logout', async (c) => {
    await sessions.close(c)
    return c.redirect('login', 303)
  })
  return routes
}

const requireSession = (sessions: AdminSessions, { merchants }: AdminDeps) =>
  createMiddleware<AdminEnv>(async (c, next) => {
    const digest = await sessions.tokenDigestOf(c)
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

/** What surrounds the page of a request, in the reader's language. */
const frameOf = (c: Context, merchantName: string): Frame => {
  const [, page = '', query = ''] = /\/(\w*)(\?[^#]*)?$/.exec(c.req.url) ?? []
  return { merchantName, words: wordsFor(c), here: ownPage(`${page}${query}`) }
}

function addLogin(routes: Routes, sessions: AdminSessions, deps: AdminDeps): void {
  const { merchants, trustedProxies, title, clock, onSecurityEvent } = deps
  const merchantOf = (token: string) => merchants.byAdminToken(digestOf(token))
  const throttle = new LoginThrottle((token) => merchantOf(token) !== null, clock)
  routes.get('/admin/login', (c) => c.html(loginPage(frameOf(c, title), null)))
  routes.post('/admin/login', async (c) => {
    const token = ((await readForm(c)).get('token') ?? '').trim()
    const result = throttle.judge(token, clientAddress(c, trustedProxies))
    const frame = frameOf(c, title)
    if (result === 'refused') {
      onSecurityEvent('limit_admin_token')
      c.header('retry-after', String(throttle.waitMs / 1_000))
      return c.html(loginPage(frame, frame.words.login.tooMany), 429)
    }
    if (result === 'wrong') {
      onSecurityEvent('wrong_admin_token')
      return c.html(loginPage(frame, frame.words.login.wrong), 401)
    }
    merchantOf(token)?.log.info('admin login')
    await sessions.open(c, digestOf(token))
    return c.redirect('checkouts', 303)
  })
  routes.post('/admin/language', async (c) => {
    const form = await readForm(c)
    chooseLanguage(c, form.get('to') ?? '')
    return c.redirect(ownPage(form.get('back') ?? ''), 303)
  })
}

/** Of each list on the first page. */
const maxListed = 50

/** The orders are read one by one: there are few, and most are in memory. */
async function undelivered({
  outbox,
  checkouts,
  sender,
}: SupportedMerchant): Promise<Attention['undelivered']> {
  // After a 410 nothing is sent, so that what happens from then on is never tried.
  const isDisabled = sender !== null && sender.disabledAt !== null
  const events = await outbox.unaccepted(maxListed, isDisabled)
  return Promise.all(
    events.map(async (event) => [event, await checkouts.byId(event.checkoutId)] as const),
  )
}

const first = async (c: MerchantContext, notFound: string | null, now: number) => {
  const merchant = c.get('merchant')
  const { support, refunds } = merchant
  return firstPage(frameOf(c, merchant.merchantName), {
    notFound,
    disabledSince: merchant.sender?.disabledAt ?? null,
    refusedCredentials: merchant.refusedCredentials(),
    attention: {
      inReview: await support.inReview(maxListed),
      late: await support.late(maxListed),
      refunds: await refunds.inReview(maxListed),
      uncertain: await support.uncertain(maxListed),
      undelivered: await undelivered(merchant),
      isShopTold: merchant.sender !== null,
      max: maxListed,
      now,
    },
  })
}

function addCheckouts(routes: Routes, clock: Clock): void {
  routes.get('/admin/checkouts', async (c) => {
    const query = c.req.query('q') ?? ''
    if (query.trim() === '') return c.html(await first(c, null, clock.now()))
    const merchant = c.get('merchant')
    const [checkout, ...more] = await findCheckouts(merchant, query)
    if (!checkout) return c.html(await first(c, query, clock.now()), 404)
    const frame = frameOf(c, merchant.merchantName)
    return c.html(
      more.length > 0
        ? sameReferencePage(frame, query.trim(), [checkout, ...more])
        : checkoutPage(frame, await contentOf(c, checkout, clock.now())),
    )
  })
}

async function contentOf(
  c: MerchantContext,
  checkout: Checkout,
  now: number,
): Promise<CheckoutPage> {
  const { checkouts, support, outbox, sender } = c.get('merchant')
  const { resent, closed, unclosed, review: reviewClosed } = c.req.query()
  const [history, events, sameReference] = await Promise.all([
    checkouts.history(checkout),
    outbox.eventsOf(checkout.id),
    support.withReference(checkout.reference),
  ])
  return {
    ...{ checkout, history, events, resent, closed, unclosed, reviewClosed, now },
    others: sameReference.filter(({ id }) => id !== checkout.id),
    canResend: sender !== null,
    disabledSince: sender?.disabledAt ?? null,
  }
}

function addSearch(routes: Routes, sessions: AdminSessions, clock: Clock): void {
  routes.post('/admin/search', async (c) => {
    const search = readDescription(await readForm(c), clock.now())
    return c.redirect(`found?q=${sessions.seal(c, search)}`, 303)
  })
  routes.get('/admin/found', async (c) => {
    const search = sessions.unseal(c, c.req.query('q') ?? '')
    if (!search) return c.redirect('checkouts', 303)
    const { merchantName, support } = c.get('merchant')
    const found = 'fault' in search ? [] : await support.search(search.description, maxListed + 1)
    return c.html(
      foundPage(frameOf(c, merchantName), {
        form: search.form,
        wrong: 'fault' in search ? search : null,
        checkouts: found.slice(0, maxListed),
        hasMore: found.length > maxListed,
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
    sender.noticeResend()
    log.info({ event: event.id, type: event.type }, 'event resent from the support page')
    return c.redirect(`checkouts?q=${event.checkoutId}&resent=${event.id}`, 303)
  })

  routes.post('/admin/close-refund', async (c) => {
    const { checkouts, refunds, log } = c.get('merchant')
    const { checkout, refund, as, by, note } = parse(closeRefundForm, await readForm(c))
    const settled = await refunds.close(checkout, refund, as, { by, note })
    if (settled) {
      log.info({ checkout, refund, as, by }, 'refund closed by hand')
      return c.redirect(`checkouts?q=${checkout}&closed=${refund}`, 303)
    }
    const known = await checkouts.byId(checkout)
    if (!known.refunds.some(({ id }) => id === refund)) throw new CheckoutError('not_found')
    // The page was old: the provider or another operator was faster.
    return c.redirect(`checkouts?q=${checkout}&unclosed=${refund}`, 303)
  })

  routes.post('/admin/close-review', async (c) => {
    const { checkouts, log } = c.get('merchant')
    const { checkout, review, by, note } = parse(closeReviewForm, await readForm(c))
    const closed = await checkouts.closeReview(checkout, review, { by, note })
    if (closed) log.info({ checkout, review, by }, 'review closed by hand')
    return c.redirect(`checkouts?q=${checkout}&review=${closed ? 'yes' : 'no'}`, 303)
  })
}

function parse<Form extends typeof closeRefundForm | typeof closeReviewForm>(
  form: Form,
  fields: ReadonlyMap<string, string>,
): InferOutput<Form> {
  const result = safeParse(form, Object.fromEntries(fields))
  if (result.success) return result.output
  const names = Object.keys(form.entries).join(', ')
  throw new CheckoutError('invalid_request', { detail: `required: ${names}` })
}
