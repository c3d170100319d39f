/**
 * Says on the console why an element cannot work, and which setting to correct. Loaded only then, so that shoppers do not
 * download it; therefore it imports nothing. The session never appears in a message.
 */

/** What the diagnosis reads of the element. */
interface Host {
  readonly session: string | null | undefined
  readonly platform: { readonly fetch: typeof fetch }
}

/** The page that the element is on. */
export interface Page {
  readonly origin: string
  readonly protocol: string
  readonly url: string
}

const thisPage = (): Page => ({
  origin: location.origin,
  protocol: location.protocol,
  url: document.baseURI,
})

/**
 * Writes one line about an element that cannot work.
 *
 * @param code - the error of the element whose usual cause is a wrong setting
 * @param server - where the element sends its requests
 */
export async function setup(code: string, server: string, host: Host): Promise<void> {
  console.error(`netgiro: ${await diagnose(code, server, host)}`)
}

type Definition = CustomElementConstructor & { readonly version?: string }

/** Writes one line about a copy of a script that has no effect. */
export function secondCopy(tag: string, first: Definition, second: Definition): void {
  const [used = 'unknown', unused = 'unknown'] = [first.version, second.version]
  const versions =
    used === unused
      ? `both of version ${used}`
      : `version ${used} is used, version ${unused} is not`
  console.warn(`netgiro: the page defines <${tag}> twice: ${versions}. Load its script once.`)
}

/** A file that each backend serves, readable by every origin. */
const knownFile = 'netgiro-checkout.js'
const probeTimeoutMs = 5_000

/** The cause of a symptom, and what to do. */
export async function diagnose(
  code: string,
  server: string,
  { session, platform }: Host,
  page = thisPage(),
): Promise<string> {
  if (code === 'no_session')
    return 'the element has no session. Set its session to what POST /v1/checkouts returned to the shop’s server.'
  if (code === 'unknown_session') return causeOfSession(session?.trim() ?? '', server)
  if (!server)
    return 'the URL of the payment server is unknown, because this script is bundled or inline. Set the server attribute.'
  const base = baseUrl(server, page.url)
  if (!base)
    return `the server attribute "${server}" is not an http(s) URL. Set it to the PUBLIC_URL of the payment server.`
  if (page.protocol === 'https:' && base.protocol === 'http:' && !isLoopback(base.hostname))
    return `mixed content: this page is https and the server "${server}" is http, so the browser blocks it. Set the server attribute to an https URL.`
  return causeOfSilence(base.href, server, page, platform)
}

function causeOfSession(session: string, server: string): string {
  const [problem] = [
    /\s/.test(session) && 'contains white space or a line break',
    /[^!-~]/.test(session) && 'contains invisible or non-ASCII characters',
    !session.startsWith('cs_') && 'does not begin with cs_, as each session does',
  ].filter((text) => text !== false)
  return problem === undefined
    ? `the payment server "${server}" does not know this session. It has ended, was revoked, or belongs to another server: create one with POST /v1/checkouts there.`
    : `the session ${problem}. Set it to exactly what POST /v1/checkouts returned as "session".`
}

function baseUrl(server: string, page: string): URL | null {
  try {
    const url = new URL(`${server.replace(/\/+$/, '')}/`, page)
    return /^https?:$/.test(url.protocol) ? url : null
  } catch {
    return null
  }
}

/** [w3c] mixed-content: potentially trustworthy URLs, such as those of this machine, are not blocked. */
const isLoopback = (host: string): boolean =>
  /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(host)

async function causeOfSilence(
  base: string,
  server: string,
  { origin }: Page,
  platform: Host['platform'],
): Promise<string> {
  const blocked = watchPolicy(new URL(base).origin)
  const request = (path: string, init: RequestInit = {}): Promise<Response | null> =>
    platform
      .fetch(base + path, {
        ...init,
        ...{ credentials: 'omit', cache: 'no-store', signal: AbortSignal.timeout(probeTimeoutMs) },
      })
      .catch(() => null)
  const session = await request('v1/session')
  const file = await request(knownFile, { method: 'HEAD' })
  const isBackend = file?.headers.get('content-type')?.startsWith('text/javascript') && file.ok
  if (blocked())
    return `this page’s content security policy blocks "${server}". Add it to connect-src.`
  if (isBackend && (!session || session.status === 403))
    return `the payment server "${server}" does not allow this page’s origin. Add ${origin} to its ALLOWED_ORIGINS.`
  if (isBackend)
    return `the payment server "${server}" answers, but not to the element within ten seconds. If that stays so, a proxy before it drops OPTIONS requests or the Authorization header.`
  const status = (session ?? file)?.status
  if (status !== undefined)
    return `"${server}" is not the payment server (it answered ${status}). Set the server attribute to its PUBLIC_URL.`
  if (await request('', { mode: 'no-cors' }))
    return `something answers at "${server}", but not as the payment server. Set the server attribute to its PUBLIC_URL, and check that ${origin} is in its ALLOWED_ORIGINS.`
  return `nothing answers at "${server}". Check the server attribute, and that the payment server runs.`
}

/**
 * Returns a function that tells whether the page's policy has blocked a connection to the origin since, and stops watching.
 * A page may also have a policy that only reports, and other connections that are blocked.
 */
function watchPolicy(origin: string): () => boolean {
  let isBlocked = false
  const onViolation = (violation: SecurityPolicyViolationEvent): void => {
    const { effectiveDirective, disposition, blockedURI } = violation
    const isOurs = effectiveDirective === 'connect-src' && blockedURI.startsWith(origin)
    isBlocked ||= isOurs && disposition === 'enforce'
  }
  document.addEventListener('securitypolicyviolation', onViolation)
  return () => {
    document.removeEventListener('securitypolicyviolation', onViolation)
    return isBlocked
  }
}
