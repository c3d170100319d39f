import { defaultMerchantId } from './core/checkout.ts'
import type { CaptureMethod } from './core/checkout.ts'
import { defaultLimits } from './core/rate-limits.ts'
import type { Limits } from './core/rate-limits.ts'
import { TrustedProxies } from './http/client-address.ts'
import { readMerchants } from './settings/merchants.ts'
import { readDatabase, readSettings } from './settings/read.ts'
import type { Environment } from './settings/reader.ts'
import type { Settings } from './settings/table.ts'

export type { Environment } from './settings/reader.ts'
export { settingNames } from './settings/table.ts'

/** The settings as the parts of the server use them. */
export type Config = MerchantConfig & ServerConfig

/** Of one merchant. */
export interface MerchantConfig {
  readonly merchantId: string
  /** Nothing new is accepted; what has begun is completed. */
  readonly isRetired: boolean
  readonly netgiro: NetgiroConfig
  /** The account that open attempts were started with, while a change of account is in progress. */
  readonly previousNetgiro: NetgiroConfig | null
  /** Null: Avarda is not used. */
  readonly avarda: AvardaConfig | null
  readonly confirmation: CaptureMethod
  readonly allowedOrigins: ReadonlySet<string>
  readonly merchantKeys: readonly string[]
  readonly merchantName: string
  readonly webhook: { readonly url: string; readonly secrets: readonly string[] } | null
  /** The capture-approval hook; its requests are signed with the webhook's secrets. */
  readonly authorize: { readonly url: string; readonly approveOnTimeout: boolean } | null
  readonly limits: Limits
  readonly maxStreams: number
  /** Opens the support page, and for the server's operator `/metrics` on the main port; null: neither is served. */
  readonly adminToken: string | null
  readonly approvalTimeoutMs: number
  /** Point of sale: maximum number of tries for the SMS code. */
  readonly codeTries: number
  readonly lifetimeMs: number
}

/** Of the whole server. */
export interface ServerConfig {
  readonly publicUrl: string
  readonly trustedProxies: TrustedProxies
  /** `file:PATH`, where PATH is not URL-encoded. */
  readonly databaseUrl: string
  /** PostgreSQL behind a pooler of transactions: the direct URL, to listen on; null: `databaseUrl` is one. */
  readonly databaseListenUrl: string | null
  /** How long to wait on startup for another server to release the database; 0: not at all. */
  readonly databaseWaitMs: number
  /** Keys of the hashes by which phones, addresses and requests are recognized; the first one makes new hashes; none: the file beside the database. */
  readonly hashKeys: readonly string[]
  /** Seeds of the Ed25519 keys of receipts in base64; the first one signs; none: no receipts are signed. */
  readonly receiptKeys: readonly string[]
  /** For development: accepts http and weak secrets. */
  readonly allowInsecure: boolean
  readonly host: string
  readonly port: number
  /** A separate port for `/metrics`; null: none. */
  readonly metricsPort: number | null
  readonly metricsHost: string
  /** How long an idle connection stays open. */
  readonly keepAliveMs: number
  /** The name under which Netgíró is described to agents; null: it is not. */
  readonly ucpHandler: string | null
  readonly logLevel: string
  /** Where spans are sent, and as whose; null: nothing is traced. */
  readonly tracing: { readonly endpoint: string; readonly serviceName: string } | null
}

export interface NetgiroConfig {
  readonly api: 'v1' | 'v2'
  readonly appId: string
  readonly secretKey: string
  /** The secret of the same account before it was rotated; null: no rotation is in progress. */
  readonly previousSecretKey: string | null
  /** Base URLs have no slash at the end. */
  readonly apiUrl: string
  /** The partner API, through which V1 payments are refunded; null: they cannot be. */
  readonly partnerApiUrl: string | null
}

export interface AvardaConfig {
  readonly apiUrl: string
  readonly siteCode: string
  readonly sitePassword: string
  /** The site's currency; null: any that the shop gives, compared with what Avarda reports. */
  readonly currency: string | null
  /** The script of the form that shoppers see. */
  readonly scriptUrl: string
}

/** Lists all problems of the configuration at once. Names variables, never their values. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`Invalid configuration:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`)
    this.problems = problems
  }
}

/**
 * Reads the settings of a server for one merchant from the environment; `settings/table.ts` lists them.
 *
 * @throws ConfigError that lists all problems.
 */
export function readConfig(env: Environment): Config {
  const result = readSettings(env)
  if ('problems' in result) throw new ConfigError(result.problems)
  return toConfig(result.settings, { id: defaultMerchantId, isRetired: false })
}

/**
 * Reads where the database is, and nothing else: a backup must not fail over a setting that it does not use. Where no settings
 * are given at all, they were forgotten, and the default would name another database.
 *
 * @throws ConfigError
 */
export function readDatabaseConfig(env: Environment): Pick<Config, 'databaseUrl'> {
  if (!isGiven(env, 'DATABASE_URL') && !isGiven(env, 'PUBLIC_URL'))
    return readConfiguration(env).server
  const result = readDatabase(env)
  if ('problems' in result) throw new ConfigError(result.problems)
  return result
}

/** Whether a setting is given, itself or as a file. */
export const isGiven = (env: Environment, name: string): boolean =>
  Boolean(env[name] || env[`${name}_FILE`])

/** A server and its merchants. */
export interface Configuration {
  /** Its `adminToken` is the operator's. */
  readonly server: ServerConfig & Pick<MerchantConfig, 'adminToken'>
  /** At least one. */
  readonly merchants: readonly Config[]
  /** Whether `MERCHANTS` is set: then metrics and logs name the merchant. */
  readonly isShared: boolean
  /** The file that the merchants are in; null: they are in none. */
  readonly merchantsFile: string | null
}

/** The configuration of a server for one merchant. */
export const configurationOf = (config: Config): Configuration => ({
  server: config,
  merchants: [config],
  isShared: false,
  merchantsFile: null,
})

/**
 * Reads the settings of a server for one merchant or several from the environment.
 *
 * @throws ConfigError that lists all problems.
 */
export function readConfiguration(env: Environment): Configuration {
  const result = readMerchants(env)
  if ('problems' in result) throw new ConfigError(result.problems)
  const { server, merchants, isShared } = result
  return {
    server: toConfig(server, { id: defaultMerchantId, isRetired: false }),
    merchants: merchants.map(({ settings, ...merchant }) => toConfig(settings, merchant)),
    isShared,
    merchantsFile: merchantsFileOf(env),
  }
}

export const merchantsFileOf = (env: Environment): string | null =>
  env['MERCHANTS_FILE']?.trim() || null

function toConfig(
  settings: Settings,
  { id, isRetired }: { readonly id: string; readonly isRetired: boolean },
): Config {
  return {
    merchantId: id,
    isRetired,
    ...netgiroOf(settings),
    avarda: avardaOf(settings),
    confirmation: settings.NETGIRO_CONFIRMATION,
    ...shopOf(settings),
    ...serverOf(settings),
    limits: limitsOf(settings),
    maxStreams: settings.MAX_STREAMS,
    approvalTimeoutMs: settings.APPROVAL_WINDOW_SECONDS * 1000,
    codeTries: settings.POS_CODE_TRIES,
    lifetimeMs: settings.CHECKOUT_LIFETIME_SECONDS * 1000,
  }
}

/** While a change is in progress, there is another account, or the former secret of the same one. */
function netgiroOf(settings: Settings): Pick<Config, 'netgiro' | 'previousNetgiro'> {
  const current: NetgiroConfig = {
    api: settings.NETGIRO_API,
    appId: settings.NETGIRO_APP_ID,
    secretKey: settings.NETGIRO_SECRET_KEY,
    previousSecretKey: null,
    apiUrl: settings.NETGIRO_API_URL,
    partnerApiUrl: settings.NETGIRO_PARTNER_API_URL,
  }
  const previous = previousAccount(settings)
  const isSame = (['api', 'appId', 'apiUrl'] as const).every(
    (part) => !previous || previous[part].toLowerCase() === current[part].toLowerCase(),
  )
  return isSame
    ? {
        netgiro: { ...current, previousSecretKey: settings.NETGIRO_PREVIOUS_SECRET_KEY },
        previousNetgiro: null,
      }
    : { netgiro: current, previousNetgiro: previous }
}

function previousAccount(settings: Settings): NetgiroConfig | null {
  const {
    NETGIRO_PREVIOUS_API: api,
    NETGIRO_PREVIOUS_API_URL: apiUrl,
    NETGIRO_PREVIOUS_APP_ID: appId,
    NETGIRO_PREVIOUS_SECRET_KEY: secretKey,
    NETGIRO_PARTNER_API_URL: partnerApiUrl,
  } = settings
  if (api === null || apiUrl === null || appId === null || secretKey === null) return null
  return { api, appId, secretKey, previousSecretKey: null, apiUrl, partnerApiUrl }
}

function avardaOf(settings: Settings): AvardaConfig | null {
  const {
    AVARDA_API_URL: apiUrl,
    AVARDA_SITE_CODE: siteCode,
    AVARDA_SITE_PASSWORD: sitePassword,
    AVARDA_CURRENCY: currency,
  } = settings
  if (apiUrl === null || siteCode === null || sitePassword === null) return null
  const scriptUrl = settings.AVARDA_SCRIPT_URL ?? `${apiUrl}/Scripts/CheckOutClient.js`
  return { apiUrl, siteCode, sitePassword, currency, scriptUrl }
}

function shopOf(settings: Settings) {
  const {
    WEBHOOK_URL: webhookUrl,
    WEBHOOK_SECRET: secrets,
    AUTHORIZE_URL: authorizeUrl,
    AUTHORIZE_ON_TIMEOUT: onTimeout,
  } = settings
  return {
    publicUrl: settings.PUBLIC_URL,
    allowedOrigins: new Set(settings.ALLOWED_ORIGINS),
    merchantKeys: settings.MERCHANT_API_KEY,
    merchantName: settings.MERCHANT_NAME,
    webhook: webhookUrl !== null && secrets !== null ? { url: webhookUrl, secrets } : null,
    authorize:
      authorizeUrl === null
        ? null
        : { url: authorizeUrl, approveOnTimeout: onTimeout === 'approve' },
  }
}

const serverOf = (settings: Settings) => ({
  trustedProxies: settings.TRUSTED_PROXIES ?? new TrustedProxies([]),
  databaseUrl: settings.DATABASE_URL,
  databaseListenUrl: settings.DATABASE_LISTEN_URL,
  databaseWaitMs: settings.DATABASE_WAIT_SECONDS * 1000,
  hashKeys: settings.HASH_KEY ?? [],
  receiptKeys: settings.RECEIPT_KEY ?? [],
  allowInsecure: settings.ALLOW_INSECURE,
  host: settings.HOST,
  port: settings.PORT,
  adminToken: settings.ADMIN_TOKEN,
  metricsPort: settings.METRICS_PORT,
  metricsHost: settings.METRICS_HOST,
  keepAliveMs: settings.KEEP_ALIVE_SECONDS * 1000,
  ucpHandler: settings.UCP_HANDLER,
  logLevel: settings.LOG_LEVEL,
  tracing: tracingOf(settings),
})

const tracingOf = ({
  OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
  OTEL_SERVICE_NAME: serviceName,
}: Settings): Config['tracing'] => (endpoint === null ? null : { endpoint, serviceName })

const limitsOf = (settings: Settings): Limits => ({
  ...defaultLimits,
  toPhonePer10Minutes: settings.PHONE_REQUESTS_PER_10_MINUTES,
  toPhonePerDay: settings.PHONE_REQUESTS_PER_DAY,
  phonesPerAddressIn10Minutes: settings.PHONES_PER_ADDRESS_PER_10_MINUTES,
})
