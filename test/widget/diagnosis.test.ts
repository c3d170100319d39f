import { expect } from '@open-wc/testing'
import { diagnose, type Page } from '../../widget/diagnosis.ts'

const page: Page = { origin: 'https://shop.is', protocol: 'https:', url: 'https://shop.is/cart' }
const server = 'https://pay.shop.is'

type Answer = Response | null
interface Network {
  /** What the API answers; null: the browser may not read it, or there is none. */
  readonly session?: Answer
  readonly file?: Answer
  /** Whether anything answers at all. */
  readonly answers?: boolean
}

interface Options {
  readonly session?: string
  readonly at?: string
  readonly network?: Network
  readonly on?: Page
}

function diagnosisOf(
  code: string,
  { session = 'cs_1', at = server, network = {}, on = page }: Options = {},
): Promise<string> {
  const fetch = (input: RequestInfo | URL, init?: RequestInit) => {
    const url = input as string
    const answer = url.endsWith('/v1/session')
      ? network.session
      : url.endsWith('.js')
        ? network.file
        : init?.mode === 'no-cors' && network.answers && new Response()
    return answer ? Promise.resolve(answer) : Promise.reject(new TypeError('Failed to fetch'))
  }
  return diagnose(code, at, { session, platform: { fetch } }, on)
}

const script = () => new Response('', { headers: { 'content-type': 'text/javascript' } })
const status = (code: number) => new Response('', { status: code })

for (const [name, options, ...words] of [
  ['the origin is refused', { network: { file: script() } }, 'https://shop.is', 'ALLOWED_ORIGINS'],
  [
    'the origin is refused and the page may read it',
    { network: { file: script(), session: status(403) } },
    'https://shop.is',
    'ALLOWED_ORIGINS',
  ],
  [
    'the server answers now',
    { network: { file: script(), session: status(401) } },
    'OPTIONS',
    'Authorization',
  ],
  ['the server is another one', { network: { session: status(404) } }, '404', 'PUBLIC_URL'],
  [
    'the server lets no other origin read anything',
    { network: { answers: true } },
    'not as the payment server',
    'server attribute',
  ],
  ['nothing answers', {}, 'nothing answers', 'server attribute'],
  ['the server is unknown', { at: '' }, 'bundled or inline', 'server attribute'],
  ['the server is no URL', { at: 'pay:shop' }, '"pay:shop"', 'http(s) URL'],
  ['the server is http', { at: 'http://pay.shop.is' }, 'mixed content', 'https URL'],
] as readonly (readonly [string, Options, ...string[]])[]) {
  it(`names the cause and the setting when ${name}`, async () => {
    const text = await diagnosisOf('unreachable', options)
    for (const word of words) expect(text).to.contain(word)
    expect(text).to.not.contain('cs_1')
  })
}

it('a diagnosis does not say mixed content when the page is http or the server is on this machine', async () => {
  const http = { ...page, protocol: 'http:' }
  for (const options of [
    { at: 'http://pay.shop.is', on: http },
    { at: 'http://localhost:8787' },
    { at: 'http://127.0.0.1:8787' },
    { at: '/pay' },
  ]) {
    expect(await diagnosisOf('unreachable', options)).to.contain('nothing answers')
  }
})

for (const [session, word] of [
  ['cs_a\ncs_b', 'white space'],
  ['cs_\u200b', 'invisible'],
  ['{{ session }}', 'white space'],
  ['undefined', 'cs_'],
  ['cs_ended', 'has ended'],
] as const) {
  it(`says what is wrong with the session ${JSON.stringify(session)}, without quoting it`, async () => {
    const text = await diagnosisOf('unknown_session', { session })
    expect(text).to.contain(word)
    expect(text).to.not.contain(session)
    expect(text).to.contain('POST /v1/checkouts')
  })
}

/** What is said when the browser reports this violation while the server does not answer. */
function diagnosisWith(violation: Partial<SecurityPolicyViolationEventInit>): Promise<string> {
  const fetch = () => {
    document.dispatchEvent(
      new SecurityPolicyViolationEvent('securitypolicyviolation', {
        effectiveDirective: 'connect-src',
        violatedDirective: 'connect-src',
        blockedURI: `${server}/v1/session`,
        documentURI: page.url,
        originalPolicy: '',
        statusCode: 0,
        disposition: 'enforce',
        ...violation,
      }),
    )
    return Promise.reject(new TypeError('Failed to fetch'))
  }
  return diagnose('unreachable', server, { session: '', platform: { fetch } }, page)
}

// [csp] browsers that follow its first edition name the origin alone.
for (const blockedURI of [`${server}/v1/session`, server]) {
  it(`names the policy when it blocks the connection to ${blockedURI}`, async () => {
    expect(await diagnosisWith({ blockedURI })).to.contain('connect-src')
  })
}

for (const [name, violation] of Object.entries<Partial<SecurityPolicyViolationEventInit>>({
  'only reports the connection': { disposition: 'report' },
  'blocks another connection of the page': { blockedURI: 'https://statistics.example/hit' },
})) {
  it(`a diagnosis does not blame a policy that ${name}`, async () => {
    expect(await diagnosisWith(violation)).to.contain('nothing answers')
  })
}
