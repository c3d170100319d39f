import type { Clock } from '../../core/clock.ts'
import { ConfigError, readConfiguration } from '../../config.ts'
import type { Config, Configuration, Environment, NetgiroConfig } from '../../config.ts'
import { ProbeTokens } from '../probe-tokens.ts'
import type { AcceptProbe } from '../probe-tokens.ts'
import { checkAddresses } from './addresses.ts'
import { info, pass, noResponseReason, fail } from './check-result.ts'
import type { CheckResult } from './check-result.ts'
import { checkAvarda } from './avarda.ts'
import { checkOrigins } from './origins.ts'
import { checkNames } from './names.ts'
import { checkPartnerApi } from './partner.ts'
import { checkProvider } from './provider.ts'
import { checkProviderV2 } from './provider-v2.ts'
import { checkCallback, checkReach, checkScheme } from './public-url.ts'
import { openTemporaryServer } from './temporary-server.ts'
import { checkReplicas } from './replicas.ts'
import { checkStream } from './stream.ts'
import { checkWebhook } from './webhook.ts'

/** Checks everything that a checkout needs, from here and through PUBLIC_URL. Changes nothing and reveals no secret. */
export async function* runDoctor(env: Environment, clock: Clock): AsyncGenerator<CheckResult> {
  const { configuration, problems, isInsecure } = read(env)
  yield* checkNames(env)
  for (const problem of problems)
    yield fail(
      problem,
      'Set it in the environment or in the file of --env-file; then run doctor again.',
    )
  if (!configuration) return
  if (problems.length === 0) yield pass('The configuration is complete')
  if (isInsecure) yield info('ALLOW_INSECURE is set: for development only')
  const { merchants, isShared } = configuration
  const named = ({ merchantId }: Config, result: CheckResult): CheckResult =>
    isShared ? { ...result, message: `${merchantId}: ${result.message}` } : result
  for (const config of merchants)
    for await (const result of checkAccounts(config, clock)) yield named(config, result)
  const [first] = merchants
  if (first) yield* throughPublicUrl({ ...first, allowedOrigins: originsOf(merchants) }, clock)
  for (const config of merchants) yield named(config, await checkWebhook(config, clock))
  yield* await checkReplicas(configuration.server)
}

async function* checkAccounts(config: Config, clock: Clock): AsyncGenerator<CheckResult> {
  yield* await checkAccount(config.netgiro, clock, '')
  if (config.previousNetgiro)
    yield* await checkAccount(config.previousNetgiro, clock, 'NETGIRO_PREVIOUS_*: ')
  if (config.avarda) yield await checkAvarda(config.avarda)
}

const originsOf = (merchants: readonly Config[]): ReadonlySet<string> =>
  new Set(merchants.flatMap(({ allowedOrigins }) => [...allowedOrigins]))

interface ReadSettings {
  /** Null: there is at least one problem. */
  readonly configuration: Configuration | null
  readonly problems: readonly string[]
  readonly isInsecure: boolean
}

/** An insecure setting keeps the server from starting, but not the other checks from running. */
function read(env: Environment): ReadSettings {
  const asSet = attempt(env)
  if (!('problems' in asSet)) {
    const { allowInsecure } = asSet.server
    return { configuration: asSet, problems: [], isInsecure: allowInsecure }
  }
  const allowed = attempt({ ...env, ALLOW_INSECURE: 'true', ALLOW_INSECURE_FILE: undefined })
  const { problems } = asSet
  if ('problems' in allowed) return { configuration: null, problems, isInsecure: false }
  // The checks through PUBLIC_URL report these themselves.
  const others = problems.filter(
    (text) => !/^(PUBLIC_URL|(?:MERCHANTS \S+ )?ALLOWED_ORIGINS) must be https/.test(text),
  )
  return { configuration: allowed, problems: others, isInsecure: false }
}

function attempt(env: Environment): Configuration | Pick<ConfigError, 'problems'> {
  try {
    return readConfiguration(env)
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
}

async function checkAccount(
  account: NetgiroConfig,
  clock: Clock,
  prefix: string,
): Promise<readonly CheckResult[]> {
  const { api, partnerApiUrl, secretKey } = account
  const check = api === 'v2' ? checkProviderV2 : checkProvider
  const results = await check(account, clock)
  // V2 refunds by itself.
  if (api === 'v1' && partnerApiUrl !== null)
    results.push(await checkPartnerApi(partnerApiUrl, secretKey))
  return results.map((result) => ({ ...result, message: prefix + result.message }))
}

async function* throughPublicUrl(config: Config, clock: Clock): AsyncGenerator<CheckResult> {
  const { host, port } = config
  const tokens = new ProbeTokens(config.netgiro.secretKey, () => clock.now())
  const accept: AcceptProbe = (purpose, token) => (tokens.isGood(purpose, token) ? tokens : null)
  const temporary = await openTemporaryServer(config, accept).catch(noResponseReason)
  try {
    if (typeof temporary === 'object') {
      yield info(`No server runs at ${host}:${port}: a temporary one responds to these checks`)
    } else if (temporary !== 'EADDRINUSE') {
      yield fail(
        `Cannot listen on HOST and PORT (${host}:${port}) (${temporary})`,
        'HOST must be an address of this machine (0.0.0.0 for all), and PORT one that it may use.',
      )
    }
    const scheme = checkScheme(config)
    if (scheme) yield scheme
    const reach = await checkReach(config)
    yield reach
    if (reach.status === 'fail') return
    yield* await checkCallback(config, tokens)
    yield await checkAddresses(config, tokens)
    yield await checkStream(config, tokens, clock)
    yield* await checkOrigins(config)
  } finally {
    if (typeof temporary === 'object') await temporary.close()
  }
}
