import { readFileSync } from 'node:fs'
import { usualLimits } from './checkout/budget.ts'
import type { Limits } from './checkout/budget.ts'
import type { Confirmation } from './providers/netgiro/adapter.ts'
import { TrustedProxies } from './routes/client-address.ts'

export interface Config {
  readonly netgiro: NetgiroConfig
  /** Avarda Checkout 2; null: not used. */
  readonly avarda: AvardaConfig | null
  readonly confirmation: Confirmation
  readonly publicUrl: string
  readonly allowedOrigins: ReadonlySet<string>
  readonly merchantKeys: readonly string[]
  readonly merchantName: string
  readonly webhook: { readonly url: string; readonly secrets: readonly string[] } | null
  /** The commit gate; asked with the webhook's secrets. */
  readonly authorize: { readonly url: string; readonly approveOnTimeout: boolean } | null
  readonly trustedProxies: TrustedProxies
  readonly limits: Limits
  readonly mostStreams: number
  readonly databaseUrl: string
  readonly host: string
  readonly port: number
  /** Opens the support page, and `/metrics` on the main port; null: neither is there. */
  readonly adminToken: string | null
  /** A listener of its own for `/metrics`; null: none. */
  readonly metricsPort: number | null
  readonly approvalWindowMs: number
  /** At the till: how often the code from the SMS may be tried. */
  readonly codeTries: number
  readonly lifetimeMs: number
  readonly logLevel: string
}

export interface NetgiroConfig {
  readonly api: 'v1' | 'v2'
  readonly appId: string
  readonly secretKey: string
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

export type Environment = Readonly<Record<string, string | undefined>>

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

/** Reads the environment (README lists every variable), or throws one ConfigError that names all that is wrong. */
export function readConfig(env: Environment): Config {
  const problems: string[] = []
  const complain = (name: string, what: string) => void problems.push(`${name} ${what}`)

  /** The variable, or what is in the file that `NAME_FILE` points to. */
  function text(name: string): string | null {
    const path = env[`${name}_FILE`]
    if (path && env[name]) complain(name, `and ${name}_FILE are both set: use one`)
    if (!path) return env[name]?.trim() || null
    try {
      return readFileSync(path, 'utf8').trim() || null
    } catch {
      complain(`${name}_FILE`, 'names a file that cannot be read')
      return 'unreadable'
    }
  }

  function required(name: string, what: string): string {
    const value = text(name)
    if (value === null) complain(name, `is missing: ${what}`)
    return value ?? ''
  }

  function url(name: string, value: string | null, what: string): string {
    if (!value) return ''
    const parsed = URL.canParse(value) ? new URL(value) : null
    const sound =
      parsed &&
      /^https?:$/.test(parsed.protocol) &&
      !parsed.search &&
      !parsed.hash &&
      !parsed.username
    if (!sound) complain(name, `must be ${what}`)
    return value.replace(/\/+$/, '')
  }

  function oneOf<T extends string>(name: string, values: readonly T[], usual: T): T {
    const value = text(name) ?? usual
    const known = values.find((one) => one === value)
    if (!known) complain(name, `must be one of ${values.join(', ')}`)
    return known ?? usual
  }

  function whole(name: string, usual: number, [least, most]: readonly [number, number]): number {
    const value = text(name)
    if (value === null) return usual
    const number = /^\d+$/.test(value) ? Number(value) : NaN
    if (!(number >= least && number <= most))
      complain(name, `must be a whole number from ${least} to ${most}`)
    return number
  }

  function origins(): ReadonlySet<string> {
    const listed = required('ALLOWED_ORIGINS', 'the storefront origins, comma-separated').split(',')
    const trimmed = listed.map((origin) => origin.trim().replace(/\/$/, '')).filter(Boolean)
    for (const origin of trimmed) {
      const isOrigin =
        URL.canParse(origin) && new URL(origin).origin === origin && /^https?:/.test(origin)
      if (!isOrigin)
        complain('ALLOWED_ORIGINS', 'must list origins such as https://www.shop.is, without a path')
    }
    return new Set(trimmed)
  }

  function merchantKeys(): readonly string[] {
    const listed = required(
      'MERCHANT_API_KEY',
      "the shop backend's key, at least 32 random characters",
    ).split(',')
    const keys = listed.map((key) => key.trim()).filter(Boolean)
    if (keys.some((key) => key.length < 16))
      complain('MERCHANT_API_KEY', 'must have at least 16 characters')
    if (keys.length > 2) complain('MERCHANT_API_KEY', 'may hold two keys at most (while rotating)')
    return keys
  }

  function webhook(): Config['webhook'] {
    const target = text('WEBHOOK_URL')
    const secret = text('WEBHOOK_SECRET')
    if (!target && !secret) return null
    if (!target) complain('WEBHOOK_URL', 'is missing though WEBHOOK_SECRET is set')
    if (!secret) complain('WEBHOOK_SECRET', 'is missing though WEBHOOK_URL is set')
    const secrets = (secret ?? '')
      .split(',')
      .map((one) => one.trim())
      .filter(Boolean)
    // [standard-webhooks] "secrets are base64 encoded, prefixed with whsec_", of 24 to 64 bytes.
    const sound = (one: string) => {
      const bytes = Buffer.from(one.replace(/^whsec_/, ''), 'base64').length
      return /^whsec_[A-Za-z0-9+/]+=*$/.test(one) && bytes >= 24 && bytes <= 64
    }
    if (!secrets.every(sound)) {
      complain(
        'WEBHOOK_SECRET',
        'must be whsec_ and 24 to 64 random bytes in base64 (two, comma-separated, while rotating)',
      )
    }
    return { url: webhookUrl('WEBHOOK_URL', target), secrets }
  }

  function authorize(confirmation: Confirmation): Config['authorize'] {
    const target = text('AUTHORIZE_URL')
    const approveOnTimeout =
      oneOf('AUTHORIZE_ON_TIMEOUT', ['approve', 'cancel'], 'cancel') === 'approve'
    if (!target) return null
    if (!text('WEBHOOK_SECRET'))
      complain('AUTHORIZE_URL', 'needs WEBHOOK_URL and WEBHOOK_SECRET: it is asked signed')
    if (confirmation === 'automatic') {
      complain(
        'AUTHORIZE_URL',
        'needs NETGIRO_CONFIRMATION manual or callback: with automatic the money is taken before anyone can ask',
      )
    }
    return { url: webhookUrl('AUTHORIZE_URL', target), approveOnTimeout }
  }

  function adminToken(): string | null {
    const token = text('ADMIN_TOKEN')
    if (token !== null && !/^[\x21-\x7e]{16,}$/.test(token))
      complain('ADMIN_TOKEN', 'must have at least 16 characters, and no spaces')
    return token
  }

  function metricsPort(): number | null {
    if (text('METRICS_PORT') === null) return null
    const port = whole('METRICS_PORT', 0, [0, 65_535])
    if (port !== 0 && String(port) === (text('PORT') ?? '8787'))
      complain('METRICS_PORT', 'must be another port than PORT')
    return port
  }

  function trustedProxies(): TrustedProxies {
    const listed = (text('TRUSTED_PROXIES') ?? '').split(',').map((range) => range.trim())
    try {
      return new TrustedProxies(listed.filter(Boolean))
    } catch {
      complain('TRUSTED_PROXIES', 'must list addresses or ranges such as 10.0.0.0/8')
      return new TrustedProxies([])
    }
  }

  function webhookUrl(name: string, value: string | null): string {
    if (value && !(URL.canParse(value) && /^https?:$/.test(new URL(value).protocol))) {
      complain(name, 'must be the http(s) address of the shop that hears of payments')
    }
    return value ?? ''
  }

  function database(): string {
    const value = text('DATABASE_URL') ?? 'file:./data/checkout.db'
    if (!value.startsWith('file:'))
      complain('DATABASE_URL', 'must be file:PATH (postgres:// is not supported yet)')
    return value
  }

  function address(name: string, usual: string | null): string | null {
    const value = text(name) ?? usual
    return value && url(name, value, 'an http(s) address')
  }

  function avarda(): AvardaConfig | null {
    const names = ['AVARDA_API_URL', 'AVARDA_SITE_CODE', 'AVARDA_SITE_PASSWORD'] as const
    const [apiUrl, siteCode, sitePassword] = [
      address(names[0], null),
      text(names[1]),
      text(names[2]),
    ]
    if (apiUrl === null && siteCode === null && sitePassword === null) return null
    for (const name of names)
      if (text(name) === null) complain(name, 'is missing though another AVARDA_ variable is set')
    // [avarda] RFC 7617: what stands before the colon cannot hold one.
    if (siteCode?.includes(':')) complain('AVARDA_SITE_CODE', 'must not hold a colon')
    const currency = text('AVARDA_CURRENCY')
    if (currency !== null && !/^[A-Z]{3}$/.test(currency))
      complain('AVARDA_CURRENCY', 'must be a currency code such as SEK')
    return {
      apiUrl: apiUrl ?? '',
      siteCode: siteCode ?? '',
      sitePassword: sitePassword ?? '',
      currency,
      scriptUrl: address('AVARDA_SCRIPT_URL', `${apiUrl}/Scripts/CheckOutClient.js`) ?? '',
    }
  }

  const api = oneOf('NETGIRO_API', ['v1', 'v2'], 'v1')
  const confirmation = oneOf('NETGIRO_CONFIRMATION', ['manual', 'automatic', 'callback'], 'manual')
  const config: Config = {
    netgiro: {
      api,
      appId: required('NETGIRO_APP_ID', "the ApplicationId of Netgíró's partner portal"),
      secretKey: required('NETGIRO_SECRET_KEY', 'the secret key that belongs to NETGIRO_APP_ID'),
      apiUrl: url(
        'NETGIRO_API_URL',
        required('NETGIRO_API_URL', `e.g. https://api.test.netgiro.is/${api}`),
        `an http(s) address such as https://api.test.netgiro.is/${api}`,
      ),
      partnerApiUrl: address('NETGIRO_PARTNER_API_URL', null),
    },
    avarda: avarda(),
    confirmation,
    publicUrl: url(
      'PUBLIC_URL',
      required('PUBLIC_URL', 'this server as the outside sees it, e.g. https://pay.shop.is'),
      'an http(s) address such as https://pay.shop.is',
    ),
    allowedOrigins: origins(),
    merchantKeys: merchantKeys(),
    merchantName: required('MERCHANT_NAME', "the shop's name as shoppers know it"),
    webhook: webhook(),
    authorize: authorize(confirmation),
    trustedProxies: trustedProxies(),
    mostStreams: whole('MAX_STREAMS', 20_000, [1, 1_000_000]),
    limits: {
      ...usualLimits,
      toPhonePer10Minutes: whole(
        'PHONE_REQUESTS_PER_10_MINUTES',
        usualLimits.toPhonePer10Minutes,
        [1, 1_000_000],
      ),
      toPhonePerDay: whole('PHONE_REQUESTS_PER_DAY', usualLimits.toPhonePerDay, [1, 1_000_000]),
    },
    databaseUrl: database(),
    host: text('HOST') ?? '127.0.0.1',
    port: whole('PORT', 8787, [0, 65_535]),
    adminToken: adminToken(),
    metricsPort: metricsPort(),
    approvalWindowMs: whole('APPROVAL_WINDOW_SECONDS', 180, [30, 900]) * 1000,
    codeTries: whole('POS_CODE_TRIES', 3, [1, 10]),
    lifetimeMs: whole('CHECKOUT_LIFETIME_SECONDS', 86_400, [60, 2_592_000]) * 1000,
    logLevel: oneOf('LOG_LEVEL', logLevels, 'info'),
  }
  if (problems.length > 0) throw new ConfigError(problems)
  return config
}
