import * as v from 'valibot'
import { defaultLimits } from '../core/rate-limits.ts'
import * as form from './forms.ts'
import type { Mode } from './forms.ts'

/** What the documentation says about a variable. */
export interface Description {
  readonly meaning: string
  /** The value is a credential. */
  readonly isSecret?: true
  /** What happens where it is not set, unless its default says that already. */
  readonly otherwise?: string
}

type Form = v.GenericSchema<string | null, unknown>

/** Attaches the description to the schema of a variable's text (null: not set). */
const setting = <F extends Form>(
  meaning: string,
  schema: F,
  more: Omit<Description, 'meaning'> = {},
) =>
  v.pipe(
    schema,
    v.metadata<v.InferOutput<F>, { about: Description }>({ about: { meaning, ...more } }),
  )

const isSecret = true

const number = (meaning: string, byDefault: number, [min, max]: readonly [number, number]) =>
  setting(`${meaning} (${min}–${max})`, v.nullable(form.whole(min, max), String(byDefault)))

const netgiro = (mode: Mode) => ({
  NETGIRO_APP_ID: setting(
    "ApplicationId from Netgíró's partner portal",
    form.required("the ApplicationId of Netgíró's partner portal", form.headerValue),
  ),
  NETGIRO_SECRET_KEY: setting(
    'key that belongs to `NETGIRO_APP_ID`',
    form.required('the secret key that belongs to NETGIRO_APP_ID', form.headerValue),
    { isSecret },
  ),
  NETGIRO_API_URL: setting(
    'base URL, e.g. `https://api.test.netgiro.is/v1`; ends in `/v2` with `NETGIRO_API=v2`',
    form.required(
      'e.g. https://api.test.netgiro.is/v1, which ends in /v2 with NETGIRO_API=v2',
      form.baseUrl(mode, 'an http(s) address such as https://api.test.netgiro.is/v1'),
    ),
  ),
  NETGIRO_API: setting(
    '`v1` (signed, InsertCart) or `v2` (API key)',
    v.nullable(form.oneOf(['v1', 'v2']), 'v1'),
  ),
  NETGIRO_CONFIRMATION: setting(
    '`manual`, `automatic` or `callback` ([why manual](decisions/002-manual-confirmation.md))',
    v.nullable(form.oneOf(['manual', 'automatic', 'callback']), 'manual'),
  ),
  NETGIRO_PARTNER_API_URL: setting(
    'partner API, through which V1 payments are refunded',
    v.nullable(form.baseUrl(mode)),
    { otherwise: 'none: no refunds with V1' },
  ),
})

const previousNetgiro = (mode: Mode) => ({
  NETGIRO_PREVIOUS_SECRET_KEY: setting(
    'former key, while a rotation or a change of account is in progress',
    v.nullable(form.headerValue),
    { isSecret },
  ),
  NETGIRO_PREVIOUS_API: setting(
    'with all other `NETGIRO_PREVIOUS_` variables, while a change of API or account is in progress: the API that open attempts were started with',
    v.nullable(form.oneOf(['v1', 'v2'])),
  ),
  NETGIRO_PREVIOUS_API_URL: setting('its base URL', v.nullable(form.baseUrl(mode))),
  NETGIRO_PREVIOUS_APP_ID: setting('its ApplicationId', v.nullable(form.headerValue)),
})

/** [avarda] one site has one country's currency. */
const avardaCurrencies = ['SEK', 'NOK', 'DKK', 'EUR'] as const

const avarda = (mode: Mode) => ({
  AVARDA_API_URL: setting(
    'base URL of Avarda Checkout 2 ([guide](providers/avarda.md))',
    v.nullable(form.baseUrl(mode)),
    { otherwise: 'none: Avarda is not used' },
  ),
  AVARDA_SITE_CODE: setting(
    'site code; required with `AVARDA_API_URL`',
    v.nullable(
      v.pipe(
        // [avarda] how-to-get-started: code and password are written in ASCII.
        form.ascii,
        // [rfc7617] what stands before the colon cannot hold one.
        v.check((code) => !code.includes(':'), 'must not contain a colon'),
      ),
    ),
  ),
  AVARDA_SITE_PASSWORD: setting(
    'site password; required with `AVARDA_API_URL`',
    v.nullable(form.ascii),
    { isSecret },
  ),
  AVARDA_CURRENCY: setting(
    'currency of the site; without it, any of SEK, NOK, DKK and EUR is accepted and compared after payment',
    v.nullable(form.oneOf(avardaCurrencies)),
  ),
  AVARDA_SCRIPT_URL: setting("script of Avarda's form", v.nullable(form.baseUrl(mode)), {
    otherwise: '`{AVARDA_API_URL}/Scripts/CheckOutClient.js`',
  }),
})

const address = (mode: Mode) => ({
  PUBLIC_URL: setting(
    'URL of this server as Netgíró and shoppers reach it, e.g. `https://pay.shop.is`',
    form.required(
      'this server as the outside sees it, e.g. https://pay.shop.is',
      form.baseUrl(mode, 'an http(s) address such as https://pay.shop.is'),
    ),
  ),
})

const shop = (mode: Mode) => ({
  ALLOWED_ORIGINS: setting(
    'storefront origins, comma-separated',
    form.required('the storefront origins, comma-separated', form.list(form.origin(mode))),
  ),
  MERCHANT_API_KEY: setting(
    "key of the shop's backend, 16 or more characters that a Bearer token may contain; two, comma-separated, while rotating",
    form.required(`the shop backend's key, ${form.strongKey}`, form.keys(form.bearerToken(mode))),
    { isSecret },
  ),
  MERCHANT_NAME: setting(
    'shop name shown to the shopper, at most 100 characters',
    form.required("the shop's name as shoppers know it", form.shopName),
  ),
  WEBHOOK_URL: setting(
    'webhook endpoint; a user name and password in it are sent as Basic authentication',
    v.nullable(form.hookUrl(mode)),
    { otherwise: 'none: webhooks are disabled, which is logged on startup' },
  ),
  WEBHOOK_SECRET: setting(
    'signs webhooks: `whsec_` and 24 to 64 random bytes in base64; two, comma-separated, while rotating',
    v.nullable(form.list(form.webhookSecret(mode))),
    { isSecret },
  ),
  AUTHORIZE_URL: setting(
    'endpoint that approves each capture before the money is taken ([description](merchant-api.md#approving-a-capture))',
    v.nullable(form.hookUrl(mode)),
  ),
  AUTHORIZE_ON_TIMEOUT: setting(
    '`approve` or `cancel` when it fails (5xx, no connection) or does not respond within 2 s',
    v.nullable(form.oneOf(['approve', 'cancel']), 'cancel'),
  ),
})

const merchants = () => ({
  MERCHANTS: setting(
    'several merchants in one server, as JSON, usually in a file: `MERCHANTS_FILE` ([guide](several-merchants.md))',
    v.nullable(form.merchants),
    { isSecret, otherwise: 'none: one merchant by the variables here' },
  ),
})

const database = (mode: Mode) => ({
  DATABASE_URL: setting(
    '`file:PATH`, without parameters, or `postgres://USER:PASSWORD@HOST/NAME` (a secret; see [PostgreSQL](operations/postgresql.md))',
    v.nullable(form.database, 'file:./data/checkout.db'),
  ),
  DATABASE_LISTEN_URL: setting(
    'direct URL of the PostgreSQL database, where `DATABASE_URL` leads to a pooler of transactions (a secret)',
    v.nullable(form.database),
  ),
  DATABASE_WAIT_SECONDS: number(
    'how long to wait on startup for another server to release the file of the database; 0 means exit at once',
    0,
    [0, 3_600],
  ),
  HASH_KEY: setting(
    'key of the hashes by which phone numbers, addresses and repeated requests are recognized, 32 or more characters; two, comma-separated, while it is [rotated](operations/README.md#rotating-secrets): the first one writes, both are read',
    v.nullable(form.keys(form.hashKey(mode))),
    {
      isSecret,
      otherwise: 'created on first startup as `<database>.key`; required with PostgreSQL',
    },
  ),
})

const receipts = (mode: Mode) => ({
  RECEIPT_KEY: setting(
    'signs the [receipts](receipts.md) of paid checkouts: 32 random bytes in base64; up to five, comma-separated: the first signs, all are published',
    v.nullable(form.receiptKeys(mode)),
    { isSecret, otherwise: 'none: no receipts are signed, which is logged on startup' },
  ),
})

const network = () => ({
  HOST: setting('listen address', v.nullable(form.host, '127.0.0.1')),
  PORT: number('listen port; 0 takes a free one', 8787, [0, 65_535]),
  TRUSTED_PROXIES: setting(
    'trusted reverse proxies: addresses or ranges, e.g. `10.0.0.0/8`, comma-separated. Their `X-Forwarded-For` is used (`Forwarded` is not read)',
    v.nullable(form.proxies),
  ),
  KEEP_ALIVE_SECONDS: number(
    'how long an idle connection stays open; set it longer than your proxy keeps its own (nginx and AWS 60, Azure 240, Google 600)',
    95,
    [1, 3_600],
  ),
  UCP_HANDLER: setting(
    'name of the payment handler that `/ucp` describes to agents: a domain of yours backwards and a word, e.g. `is.shop.netgiro` ([Agents](agents.md))',
    v.nullable(form.reverseDomainName),
    { otherwise: 'none: `/ucp` is not served' },
  ),
})

const limits = () => ({
  APPROVAL_WINDOW_SECONDS: number(
    'approval timeout: how long a shopper may take to approve a payment request',
    180,
    [30, 900],
  ),
  CHECKOUT_LIFETIME_SECONDS: number('how long a checkout can be paid', 86_400, [60, 2_592_000]),
  POS_CODE_TRIES: number('point of sale: maximum number of tries for the SMS code', 3, [1, 10]),
  PHONE_REQUESTS_PER_10_MINUTES: number(
    'maximum number of payment requests to one phone in 10 minutes',
    defaultLimits.toPhonePer10Minutes,
    [1, 1_000_000],
  ),
  PHONE_REQUESTS_PER_DAY: number(
    'maximum number of payment requests to one phone in a day',
    defaultLimits.toPhonePerDay,
    [1, 1_000_000],
  ),
  PHONES_PER_ADDRESS_PER_10_MINUTES: number(
    'maximum number of phones that one public IP address may send requests to in 10 minutes; protects against abuse, far above a busy shop behind one mobile carrier',
    defaultLimits.phonesPerAddressIn10Minutes,
    [1, 1_000_000],
  ),
  MAX_STREAMS: number(
    'maximum number of event streams (at most three per checkout); clients over the limit fall back to polling',
    20_000,
    [1, 1_000_000],
  ),
})

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

const admin = (mode: Mode) => ({
  ADMIN_TOKEN: setting(
    'token of the support page at `/admin` and of `/metrics` on the main port; without it, neither is served there',
    v.nullable(form.bearerToken(mode)),
    { isSecret },
  ),
})

const operations = () => ({
  METRICS_PORT: setting('separate port for `/metrics`', v.nullable(form.whole(0, 65_535))),
  METRICS_HOST: setting(
    'listen address of that port; it requires no token, so keep it off the Internet',
    v.nullable(form.host, '127.0.0.1'),
  ),
  LOG_LEVEL: setting(
    '`trace`, `debug`, `info`, `warn`, `error`, `fatal` or `silent`',
    v.nullable(form.oneOf(logLevels), 'info'),
  ),
  OTEL_EXPORTER_OTLP_ENDPOINT: setting(
    'base URL of an OTLP/HTTP receiver that spans are sent to, e.g. `http://127.0.0.1:4318` ([tracing](operations/README.md#tracing))',
    v.nullable(form.receiverUrl),
    { otherwise: 'none: nothing is traced' },
  ),
  OTEL_SERVICE_NAME: setting(
    'name of this server in traces',
    v.nullable(form.headerValue, 'netgiro-checkout'),
  ),
  ALLOW_INSECURE: setting(
    "`true` for development only: accepts `http:` for other machines, weak secrets, and the sandbox's credentials everywhere",
    v.nullable(form.flag, 'false'),
  ),
})

/** Every variable that the server reads. */
export const settingsSchema = (mode: Mode) =>
  v.object({
    ...netgiro(mode),
    ...previousNetgiro(mode),
    ...avarda(mode),
    ...address(mode),
    ...shop(mode),
    ...merchants(),
    ...database(mode),
    ...receipts(mode),
    ...network(),
    ...limits(),
    ...admin(mode),
    ...operations(),
  })

/** The settings as they are read: null where a variable is not set and has no default. */
export type Settings = v.InferOutput<ReturnType<typeof settingsSchema>>

/** The environment variables that the server reads. */
export type SettingName = keyof Settings

const namesIn = (...groups: readonly object[]): ReadonlySet<string> =>
  new Set(groups.flatMap((group) => Object.keys(group)))

const anyMode: Mode = { allowInsecure: false }

/** Every setting by its name. */
export const settingNames: readonly string[] = Object.keys(settingsSchema(anyMode).entries)

/** Settings that each of several merchants has for itself. */
export const ownSettings = namesIn(
  ...[netgiro, previousNetgiro, avarda, shop, admin].map((group) => group(anyMode)),
)

/** Settings that a merchant may have for itself; otherwise those of the variables apply. */
export const inheritedSettings = namesIn(limits())
