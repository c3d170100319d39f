import * as v from 'valibot'
import { isBearerToken, maxBearerTokenLength } from '../crypto.ts'
import { TooWideError, TrustedProxies } from '../http/client-address.ts'
import * as addresses from './addresses.ts'
import type { Judged } from './addresses.ts'
import { parseMerchants } from './merchant-entries.ts'
import type { MerchantEntry } from './merchant-entries.ts'
import { weaknessOf, weaknessOfBytes } from './strength.ts'

/** In development, `ALLOW_INSECURE` accepts http and weak secrets. */
export interface Mode {
  readonly allowInsecure: boolean
}

type Form = v.GenericSchema<string, unknown>

/** The variable must be set; `what` describes the value. */
export const required = <F extends Form>(what: string, form: F) =>
  v.pipe(v.string(`is missing: ${what}`), form)

export const oneOf = <const T extends readonly string[]>(values: T) =>
  v.picklist(values, `must be one of ${values.join(', ')}`)

export const flag = v.pipe(
  oneOf(['true', 'false']),
  v.transform((text) => text === 'true'),
)

export function whole(min: number, max: number) {
  const problem = `must be a whole number from ${min} to ${max}`
  return v.pipe(
    v.string(),
    v.digits(problem),
    v.transform(Number),
    v.minValue(min, problem),
    v.maxValue(max, problem),
  )
}

/** The parts between commas. */
export const list = <F extends Form>(item: F) =>
  v.pipe(
    v.string(),
    v.transform((text) => text.split(',').flatMap((part) => part.trim() || [])),
    v.array(item),
    v.minLength(1, 'holds nothing but commas'),
  )

/** The newest key first, and while rotating the one before. */
export const keys = <F extends Form>(key: F) =>
  v.pipe(list(key), v.maxLength(2, 'may hold two keys at most (while rotating)'))

/** Refuses a value with the sentence that the function returns for it, to be read after the variable's name. */
const refuse = <T>(problemOf: (value: T) => string | null) =>
  v.rawCheck<T>(({ dataset, addIssue }) => {
    const problem = dataset.typed ? problemOf(dataset.value) : null
    if (problem !== null) addIssue({ message: problem })
  })

const judged = (judge: (text: string) => Judged) =>
  v.pipe(
    v.string(),
    v.rawTransform<string, string>(({ dataset, addIssue, NEVER }) => {
      const judgement = judge(dataset.value)
      if ('value' in judgement) return judgement.value
      addIssue({ message: judgement.problem })
      return NEVER
    }),
  )

export const baseUrl = ({ allowInsecure }: Mode, what = 'an http(s) address') =>
  judged((text) => addresses.judgeBaseUrl(text, what, allowInsecure))

/** Spans contain no secrets, and a collector beside the server rarely has a certificate. */
export const receiverUrl = judged((text) =>
  /\/v1\/traces\/*$/.test(text)
    ? { problem: 'must be without /v1/traces at its end: it is appended' }
    : addresses.judgeBaseUrl(text, 'an http(s) address such as http://127.0.0.1:4318', true),
)

export const hookUrl = ({ allowInsecure }: Mode) =>
  judged((text) => addresses.judgeHookUrl(text, allowInsecure))

export const origin = ({ allowInsecure }: Mode) =>
  judged((text) => addresses.judgeOrigin(text, allowInsecure))

export const host = judged(addresses.judgeHost)

export const database = judged(addresses.judgeDatabase)

/** What is sent as the value of a header of its own. */
export const headerValue = v.pipe(
  v.string(),
  v.regex(/^[\x21-\x7e]{0,4096}$/, 'must be plain letters, digits and signs, without spaces'),
)

/** [ucp] reverse_domain_name.json */
export const reverseDomainName = v.pipe(
  v.string(),
  v.regex(/^[a-z][a-z0-9]*(?:\.[a-z][a-z0-9_]*)+$/, 'must be like is.shop.netgiro'),
)

export const ascii = v.pipe(v.string(), v.regex(/^[\x20-\x7e]*$/, 'must be plain ASCII'))

export const strongKey = 'at least 32 random characters, such as openssl rand -base64 32 gives'

const strong = ({ allowInsecure }: Mode) =>
  refuse<string>((key) => {
    const weakness = allowInsecure ? null : weaknessOf(key)
    return weakness && `${weakness}: it needs ${strongKey}`
  })

/** What is sent to us as `Authorization: Bearer …`. */
export const bearerToken = (mode: Mode) =>
  firstProblem(
    v.pipe(
      v.string(),
      v.minLength(16, 'must have at least 16 characters'),
      v.maxLength(maxBearerTokenLength, `must have at most ${maxBearerTokenLength} characters`),
      v.check(
        isBearerToken,
        'may hold only A-Z a-z 0-9 - . _ ~ + / and = at its end: it is a Bearer token',
      ),
      strong(mode),
    ),
  )

export const hashKey = (mode: Mode) =>
  firstProblem(v.pipe(v.string(), v.minLength(32, `must be ${strongKey}`), strong(mode)))

/** A value of the wrong form is not judged any further. */
const firstProblem = <F extends Form>(form: F): F => v.config(form, { abortPipeEarly: true })

/** Comes back in the form that the signing library reads, which is particular about padding. */
export const webhookSecret = ({ allowInsecure }: Mode) =>
  judged((secret) => {
    // [standard-webhooks] "secrets are base64 encoded, prefixed with whsec_", of 24 to 64 bytes.
    const [, base64 = ''] = /^whsec_([A-Za-z0-9+/]+)={0,2}$/.exec(secret) ?? []
    const bytes = Buffer.from(base64, 'base64')
    const written = bytes.toString('base64')
    if (bytes.length < 24 || bytes.length > 64 || written.replace(/=+$/, '') !== base64)
      return {
        problem:
          'must be whsec_ and 24 to 64 random bytes in base64 (two, comma-separated, while rotating)',
      }
    const weakness = allowInsecure ? null : weaknessOfBytes(bytes)
    if (weakness !== null)
      return { problem: `${weakness}: it needs whsec_ and what openssl rand -base64 32 gives` }
    return { value: `whsec_${written}` }
  })

/** A seed of Ed25519, which comes back in base64 with its padding. */
const receiptKey = ({ allowInsecure }: Mode) =>
  judged((text) => {
    const bytes = Buffer.from(text, 'base64')
    if (!/^[\w+/-]{43}=?$/.test(text) || bytes.length !== 32)
      return { problem: 'must be 32 random bytes in base64, as openssl rand -base64 32 gives' }
    const weakness = allowInsecure ? null : weaknessOfBytes(bytes)
    if (weakness !== null)
      return { problem: `${weakness}: it needs what openssl rand -base64 32 gives` }
    return { value: bytes.toString('base64') }
  })

/** The first one signs; the others are only published. */
export const receiptKeys = (mode: Mode) =>
  v.pipe(list(receiptKey(mode)), v.maxLength(5, 'may hold five keys at most'))

/** Shoppers read it. */
export const shopName = v.pipe(
  v.string(),
  v.normalize('NFC'),
  v.check((name) => Array.from(name).length <= 100, 'must have at most 100 characters'),
  v.regex(/[\p{L}\p{N}]/u, 'must contain a letter or a digit: shoppers read it'),
)

export const proxies = v.pipe(
  list(v.string()),
  v.rawTransform<string[], TrustedProxies>(({ dataset, addIssue, NEVER }) => {
    try {
      return new TrustedProxies(dataset.value)
    } catch (error) {
      const message =
        error instanceof TooWideError
          ? 'must list your proxies alone: a range as wide as this has every stranger believed'
          : 'must list addresses or ranges such as 10.0.0.0/8'
      addIssue({ message })
      return NEVER
    }
  }),
)

/** Several merchants, as JSON. */
export const merchants = v.pipe(
  v.string(),
  v.rawTransform<string, readonly MerchantEntry[]>(({ dataset, addIssue, NEVER }) => {
    const { entries, problems } = parseMerchants(dataset.value)
    for (const message of problems) addIssue({ message })
    return problems.length > 0 ? NEVER : entries
  }),
)
