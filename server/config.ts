import { defaultLimits } from './core/rate-limits.ts'
import type { Limits } from './core/rate-limits.ts'
import type { CaptureMethod } from './core/checkout.ts'
import { TooWideError, TrustedProxies } from './http/client-address.ts'
import { isBearerToken, maxBearerTokenLength } from './crypto.ts'
import * as addresses from './settings/addresses.ts'
import type { Judged } from './settings/addresses.ts'
import { SettingsReader } from './settings/reader.ts'
import type { Environment } from './settings/reader.ts'
import { isPlaceholder, weaknessOf, weaknessOfBytes } from './settings/strength.ts'

export type { Environment } from './settings/reader.ts'

export interface Config {
  readonly netgiro: NetgiroConfig
  /** The account that attempts were started with before the settings changed; null: there is none. */
  readonly previousNetgiro: NetgiroConfig | null
  /** Avarda Checkout 2; null: not used. */
  readonly avarda: AvardaConfig | null
  readonly confirmation: CaptureMethod
  readonly publicUrl: string
  readonly allowedOrigins: ReadonlySet<string>
  readonly merchantKeys: readonly string[]
  readonly merchantName: string
  readonly webhook: { readonly url: string; readonly secrets: readonly string[] } | null
  /** The commit gate; asked with the webhook's secrets. */
  readonly authorize: { readonly url: string; readonly approveOnTimeout: boolean } | null
  readonly trustedProxies: TrustedProxies
  readonly limits: Limits
  readonly maxStreams: number
  /** `file:PATH`; nothing but the path follows the colon. */
  readonly databaseUrl: string
  /** How long to wait at start for another server that has the database; 0: not at all. */
  readonly databaseWaitMs: number
  /** Phones, addresses and requests are known again by these, the newest first; none: by the file beside the database. */
  readonly hashKeys: readonly string[]
  /** In development: http and weak secrets are taken. */
  readonly allowInsecure: boolean
  readonly host: string
  readonly port: number
  /** Opens the support page, and `/metrics` on the main port; null: neither is there. */
  readonly adminToken: string | null
  /** A listener of its own for `/metrics`; null: none. */
  readonly metricsPort: number | null
  /** Where that one listens. */
  readonly metricsHost: string
  /** How long a connection is kept for the next request. */
  readonly keepAliveMs: number
  readonly approvalTimeoutMs: number
  /** At the till: how often the code from the SMS may be tried. */
  readonly codeTries: number
  readonly lifetimeMs: number
  readonly logLevel: string
}

export interface NetgiroConfig {
  readonly api: 'v1' | 'v2'
  readonly appId: string
  readonly secretKey: string
  /** What signed for the same account before the secret was rotated; null: nothing that still counts. */
  readonly previousSecretKey: string | null
  /** Base addresses have no slash at the end. */
  readonly apiUrl: string
  /** The partner API, by which V1's payments are refunded; null: they are not. */
  readonly partnerApiUrl: string | null
}

export interface AvardaConfig {
  readonly apiUrl: string
  readonly siteCode: string
  readonly sitePassword: string
  /** The site's; null: whichever the shop gives, and what Avarda reports is compared with it. */
  readonly currency: string | null
  /** Of the form that shoppers see. */
  readonly scriptUrl: string
}

/** All that is wrong with the configuration, at once. Names variables, never their values. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(
      `The configuration is not complete:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    )
    this.problems = problems
  }
}

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']

/** [netgiro] printed in the documents for everybody, and good for the test environment alone. */
const sandbox = {
  appId: '881E674F-7891-4C20-AFD8-56FE2624C4B5',
  secretKey:
    'YCFd6hiA8lUjZejVcIf/LhRXO4wTDxY0JhOXvQZwnMSiNynSxmNIMjMf1HHwdV6cMN48NX3ZipA9q9hLPb9C1ZIzMH5dvELPAHceiu7LbZzmIAGeOf/OUaDrk2Zq2dbGacIAzU6yyk4KmOXRaSLi8KW8t3krdQSX7Ecm8Qunc/A=',
}

/** [netgiro] every host of the test environment has `test` in its name. */
const isOfNetgiro = (url: string) => /(?:^|\.)netgiro\.is$/.test(new URL(url).hostname)
const isLive = (url: string) => isOfNetgiro(url) && !/(?:^|\.)test\./.test(new URL(url).hostname)

/** [avarda] one site has one country's currency. */
const avardaCurrencies = ['SEK', 'NOK', 'DKK', 'EUR']

const ownKey = 'at least 32 random characters, such as openssl rand -base64 32 gives'

/** Reads the environment (README lists every variable), or throws one ConfigError that names all that is wrong. */
export function readConfig(env: Environment): Config {
  const reader = new SettingsReader(env)
  const { complain, text, required, list, oneOf, whole } = reader
  const allowInsecure = reader.flag('ALLOW_INSECURE')

  function judged(name: string, judgement: Judged): string {
    if ('value' in judgement) return judgement.value
    complain(name, judgement.problem)
    return ''
  }

  function url(name: string, value: string | null, what: string): string {
    return value ? judged(name, addresses.judgeBaseUrl(value, what, allowInsecure)) : ''
  }

  function address(name: string): string | null {
    const value = text(name)
    return value && url(name, value, 'an http(s) address')
  }

  function hookUrl(name: string, value: string | null): string {
    return value ? judged(name, addresses.judgeHookUrl(value, allowInsecure)) : ''
  }

  function origins(): ReadonlySet<string> {
    required('ALLOWED_ORIGINS', 'the storefront origins, comma-separated')
    const listed = list('ALLOWED_ORIGINS').map((origin) =>
      judged('ALLOWED_ORIGINS', addresses.judgeOrigin(origin, allowInsecure)),
    )
    return new Set(listed)
  }

  function refuseWeak(name: string, weakness: string | null): void {
    if (weakness !== null && !allowInsecure) complain(name, `${weakness}: it needs ${ownKey}`)
  }

  /** What is sent to us as `Authorization: Bearer …`. */
  function checkBearer(name: string, key: string): void {
    if (key.length < 16) complain(name, 'must have at least 16 characters')
    else if (key.length > maxBearerTokenLength)
      complain(name, `must have at most ${maxBearerTokenLength} characters`)
    else if (!isBearerToken(key))
      complain(name, 'may hold only A-Z a-z 0-9 - . _ ~ + / and = at its end: it is a Bearer token')
    else refuseWeak(name, weaknessOf(key))
  }

  function merchantKeys(): readonly string[] {
    required('MERCHANT_API_KEY', `the shop backend's key, ${ownKey}`)
    const keys = list('MERCHANT_API_KEY')
    for (const key of keys) checkBearer('MERCHANT_API_KEY', key)
    if (keys.length > 2) complain('MERCHANT_API_KEY', 'may hold two keys at most (while rotating)')
    return keys
  }

  function adminToken(): string | null {
    const token = text('ADMIN_TOKEN')
    if (token !== null) checkBearer('ADMIN_TOKEN', token)
    return token
  }

  function hashKeys(): readonly string[] {
    const keys = list('HASH_KEY')
    if (keys.length > 2) complain('HASH_KEY', 'may hold two keys at most (while rotating)')
    for (const key of keys) {
      if (key.length < 32) complain('HASH_KEY', `must be ${ownKey}`)
      else refuseWeak('HASH_KEY', weaknessOf(key))
      if (key === text('NETGIRO_SECRET_KEY'))
        complain('HASH_KEY', 'must not be NETGIRO_SECRET_KEY: it is there to be another')
    }
    return keys
  }

  function merchantName(): string {
    const name = required('MERCHANT_NAME', "the shop's name as shoppers know it").normalize('NFC')
    if (Array.from(name).length > 100) complain('MERCHANT_NAME', 'must have at most 100 characters')
    if (name !== '' && !/[\p{L}\p{N}]/u.test(name))
      complain('MERCHANT_NAME', 'must hold a letter or a digit: shoppers read it')
    return name
  }

  function webhook(): Config['webhook'] {
    const target = text('WEBHOOK_URL')
    const secret = text('WEBHOOK_SECRET')
    if (target === null && secret === null) return null
    if (target === null) complain('WEBHOOK_URL', 'is missing though WEBHOOK_SECRET is set')
    if (secret === null) complain('WEBHOOK_SECRET', 'is missing though WEBHOOK_URL is set')
    const secrets = list('WEBHOOK_SECRET').map(webhookSecret)
    return { url: hookUrl('WEBHOOK_URL', target), secrets }
  }

  /** In the form that the signing library reads, which is particular about padding. */
  function webhookSecret(secret: string): string {
    // [standard-webhooks] "secrets are base64 encoded, prefixed with whsec_", of 24 to 64 bytes.
    const [, base64 = ''] = /^whsec_([A-Za-z0-9+/]+)={0,2}$/.exec(secret) ?? []
    const bytes = Buffer.from(base64, 'base64')
    const written = bytes.toString('base64')
    if (bytes.length < 24 || bytes.length > 64 || written.replace(/=+$/, '') !== base64) {
      complain(
        'WEBHOOK_SECRET',
        'must be whsec_ and 24 to 64 random bytes in base64 (two, comma-separated, while rotating)',
      )
    } else if (!allowInsecure) {
      const weakness = weaknessOfBytes(bytes)
      if (weakness !== null) {
        const better = 'it needs whsec_ and what openssl rand -base64 32 gives'
        complain('WEBHOOK_SECRET', `${weakness}: ${better}`)
      }
    }
    return `whsec_${written}`
  }

  function authorize(confirmation: CaptureMethod): Config['authorize'] {
    const target = text('AUTHORIZE_URL')
    const approveOnTimeout =
      oneOf('AUTHORIZE_ON_TIMEOUT', ['approve', 'cancel'], 'cancel') === 'approve'
    if (target === null) {
      if (approveOnTimeout) complain('AUTHORIZE_ON_TIMEOUT', 'does nothing without AUTHORIZE_URL')
      return null
    }
    if (text('WEBHOOK_SECRET') === null)
      complain('AUTHORIZE_URL', 'needs WEBHOOK_URL and WEBHOOK_SECRET: it is asked signed')
    if (confirmation === 'automatic') {
      complain(
        'AUTHORIZE_URL',
        'needs NETGIRO_CONFIRMATION manual or callback: with automatic the money is taken before anyone can ask',
      )
    }
    return { url: hookUrl('AUTHORIZE_URL', target), approveOnTimeout }
  }

  function metricsPort(): number | null {
    if (text('METRICS_PORT') === null) return null
    const port = whole('METRICS_PORT', 0, [0, 65_535])
    if (port !== 0 && port === whole('PORT', 8787, [0, 65_535]))
      complain('METRICS_PORT', 'must be another port than PORT')
    return port
  }

  function trustedProxies(): TrustedProxies {
    try {
      return new TrustedProxies(list('TRUSTED_PROXIES'))
    } catch (error) {
      complain(
        'TRUSTED_PROXIES',
        error instanceof TooWideError
          ? 'must list your proxies alone: a range as wide as this has every stranger believed'
          : 'must list addresses or ranges such as 10.0.0.0/8',
      )
      return new TrustedProxies([])
    }
  }

  /** What is sent as the value of a header of its own. */
  function headerValue(name: string, value: string | null): void {
    if (value !== null && !/^[\x21-\x7e]{0,4096}$/.test(value))
      complain(name, 'must be plain letters, digits and signs, without spaces')
  }

  function checkAccount(names: Record<keyof typeof sandbox, string>, account: NetgiroConfig): void {
    const { appId, secretKey, apiUrl, api } = account
    headerValue(names.appId, appId)
    headerValue(names.secretKey, secretKey)
    if (apiUrl === '') return
    if (isOfNetgiro(apiUrl) && /\/v[12]$/.test(apiUrl) && !apiUrl.endsWith(api))
      complain(
        names.appId.replace('APP_ID', 'API_URL'),
        `must end in /${api}, as ${names.appId.replace('APP_ID', 'API')} says`,
      )
    const { partnerApiUrl } = account
    if (partnerApiUrl && isOfNetgiro(partnerApiUrl) && isOfNetgiro(apiUrl)) {
      if (isLive(partnerApiUrl) !== isLive(apiUrl))
        complain('NETGIRO_PARTNER_API_URL', 'must be of the same environment as NETGIRO_API_URL')
    }
    if (!isOfNetgiro(apiUrl) || allowInsecure) return
    for (const part of ['appId', 'secretKey'] as const) {
      if (isPlaceholder(account[part])) complain(names[part], 'holds only what stands in examples')
      if (!isLive(apiUrl)) continue
      if (account[part].toLowerCase() === sandbox[part].toLowerCase())
        complain(names[part], 'is of the published sandbox: the live API needs your own')
    }
  }

  function netgiro(): NetgiroConfig {
    const api = oneOf('NETGIRO_API', ['v1', 'v2'], 'v1')
    const account: NetgiroConfig = {
      api,
      appId: required('NETGIRO_APP_ID', "the ApplicationId of Netgíró's partner portal"),
      secretKey: required('NETGIRO_SECRET_KEY', 'the secret key that belongs to NETGIRO_APP_ID'),
      previousSecretKey: null,
      apiUrl: url(
        'NETGIRO_API_URL',
        required('NETGIRO_API_URL', `e.g. https://api.test.netgiro.is/${api}`),
        `an http(s) address such as https://api.test.netgiro.is/${api}`,
      ),
      partnerApiUrl: address('NETGIRO_PARTNER_API_URL'),
    }
    checkAccount({ appId: 'NETGIRO_APP_ID', secretKey: 'NETGIRO_SECRET_KEY' }, account)
    return account
  }

  /** While a change lasts: another account, or the former secret of the same one. */
  function accounts(): Pick<Config, 'netgiro' | 'previousNetgiro'> {
    const current = netgiro()
    const secretKey = text('NETGIRO_PREVIOUS_SECRET_KEY')
    const ofAccount = (['API', 'API_URL', 'APP_ID'] as const).map(
      (part) => `NETGIRO_PREVIOUS_${part}`,
    )
    const isAccount = ofAccount.some((name) => text(name) !== null)
    if (!isAccount) {
      headerValue('NETGIRO_PREVIOUS_SECRET_KEY', secretKey)
      return { netgiro: { ...current, previousSecretKey: secretKey }, previousNetgiro: null }
    }
    const missing = [...ofAccount, 'NETGIRO_PREVIOUS_SECRET_KEY'].filter(
      (name) => text(name) === null,
    )
    for (const name of missing)
      complain(name, 'is missing though another NETGIRO_PREVIOUS_ variable is set')
    const previous: NetgiroConfig = {
      api: oneOf('NETGIRO_PREVIOUS_API', ['v1', 'v2'], 'v1'),
      appId: text('NETGIRO_PREVIOUS_APP_ID') ?? '',
      secretKey: secretKey ?? '',
      previousSecretKey: null,
      apiUrl: address('NETGIRO_PREVIOUS_API_URL') ?? '',
      partnerApiUrl: current.partnerApiUrl,
    }
    const names = { appId: 'NETGIRO_PREVIOUS_APP_ID', secretKey: 'NETGIRO_PREVIOUS_SECRET_KEY' }
    if (missing.length === 0) checkAccount(names, previous)
    const isSame = (['api', 'appId', 'apiUrl'] as const).every(
      (part) => previous[part].toLowerCase() === current[part].toLowerCase(),
    )
    return isSame
      ? { netgiro: { ...current, previousSecretKey: secretKey }, previousNetgiro: null }
      : { netgiro: current, previousNetgiro: previous }
  }

  function avarda(): AvardaConfig | null {
    const names = ['AVARDA_API_URL', 'AVARDA_SITE_CODE', 'AVARDA_SITE_PASSWORD'] as const
    const all = [...names, 'AVARDA_CURRENCY', 'AVARDA_SCRIPT_URL']
    if (all.every((name) => text(name) === null)) return null
    for (const name of names)
      if (text(name) === null) complain(name, 'is missing though another AVARDA_ variable is set')
    const [apiUrl, siteCode, sitePassword] = [
      address(names[0]) ?? '',
      text(names[1]) ?? '',
      text(names[2]) ?? '',
    ]
    // [avarda] RFC 7617: what stands before the colon cannot hold one.
    if (siteCode.includes(':')) complain('AVARDA_SITE_CODE', 'must not hold a colon')
    // [avarda] how-to-get-started: the pair is written in ASCII.
    for (const name of [names[1], names[2]])
      if (!/^[\x20-\x7e]*$/.test(text(name) ?? '')) complain(name, 'must be plain ASCII')
    const currency = text('AVARDA_CURRENCY')
    if (currency !== null && !avardaCurrencies.includes(currency))
      complain('AVARDA_CURRENCY', `must be one of ${avardaCurrencies.join(', ')}`)
    const scriptUrl = address('AVARDA_SCRIPT_URL') ?? `${apiUrl}/Scripts/CheckOutClient.js`
    return { apiUrl, siteCode, sitePassword, currency, scriptUrl }
  }

  /** [netgiro] with callback the sale is completed by our answer, so a callback that does not arrive cancels it. */
  function checkCallbacks({ netgiro: { apiUrl }, confirmation, publicUrl }: Config): void {
    if (confirmation !== 'callback' || apiUrl === '' || publicUrl === '') return
    if (isOfNetgiro(apiUrl) && addresses.isLoopback(new URL(publicUrl).hostname))
      complain('NETGIRO_CONFIRMATION', 'callback needs a PUBLIC_URL that Netgíró can reach')
  }

  const confirmation = oneOf('NETGIRO_CONFIRMATION', ['manual', 'automatic', 'callback'], 'manual')
  const config: Config = {
    ...accounts(),
    avarda: avarda(),
    confirmation,
    publicUrl: url(
      'PUBLIC_URL',
      required('PUBLIC_URL', 'this server as the outside sees it, e.g. https://pay.shop.is'),
      'an http(s) address such as https://pay.shop.is',
    ),
    allowedOrigins: origins(),
    merchantKeys: merchantKeys(),
    merchantName: merchantName(),
    webhook: webhook(),
    authorize: authorize(confirmation),
    trustedProxies: trustedProxies(),
    maxStreams: whole('MAX_STREAMS', 20_000, [1, 1_000_000]),
    limits: {
      ...defaultLimits,
      toPhonePer10Minutes: whole(
        'PHONE_REQUESTS_PER_10_MINUTES',
        defaultLimits.toPhonePer10Minutes,
        [1, 1_000_000],
      ),
      toPhonePerDay: whole('PHONE_REQUESTS_PER_DAY', defaultLimits.toPhonePerDay, [1, 1_000_000]),
      phonesPerAddressIn10Minutes: whole(
        'PHONES_PER_ADDRESS_PER_10_MINUTES',
        defaultLimits.phonesPerAddressIn10Minutes,
        [1, 1_000_000],
      ),
    },
    databaseUrl: judged(
      'DATABASE_URL',
      addresses.judgeDatabase(text('DATABASE_URL') ?? 'file:./data/checkout.db'),
    ),
    databaseWaitMs: whole('DATABASE_WAIT_SECONDS', 0, [0, 3_600]) * 1000,
    hashKeys: hashKeys(),
    allowInsecure,
    host: judged('HOST', addresses.judgeHost(text('HOST') ?? '127.0.0.1')),
    port: whole('PORT', 8787, [0, 65_535]),
    adminToken: adminToken(),
    metricsPort: metricsPort(),
    metricsHost: text('METRICS_HOST') ?? '127.0.0.1',
    keepAliveMs: whole('KEEP_ALIVE_SECONDS', 95, [1, 3_600]) * 1000,
    approvalTimeoutMs: whole('APPROVAL_WINDOW_SECONDS', 180, [30, 900]) * 1000,
    codeTries: whole('POS_CODE_TRIES', 3, [1, 10]),
    lifetimeMs: whole('CHECKOUT_LIFETIME_SECONDS', 86_400, [60, 2_592_000]) * 1000,
    logLevel: oneOf('LOG_LEVEL', logLevels, 'info'),
  }
  checkCallbacks(config)
  if (reader.problems.length > 0) throw new ConfigError(reader.problems)
  return config
}
