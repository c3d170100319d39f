import type { Clock } from '../../core/clock.ts'
import { ConfigError, readConfig } from '../../config.ts'
import type { Config, Environment, NetgiroConfig } from '../../config.ts'
import { ProbeTokens } from '../probe-tokens.ts'
import { checkAddresses } from './addresses.ts'
import { info, pass, whyNoAnswer, fail } from './check-result.ts'
import type { CheckResult } from './check-result.ts'
import { checkOrigins } from './origins.ts'
import { checkAvarda } from './avarda.ts'
import { checkProvider } from './provider.ts'
import { checkProviderV2 } from './provider-v2.ts'
import { checkCallback, checkReach, checkScheme } from './public-url.ts'
import { openTemporaryServer } from './temporary-server.ts'
import { checkStream } from './stream.ts'
import { checkWebhook } from './webhook.ts'

/** Tries everything that a checkout will need, from here and through PUBLIC_URL. Changes nothing and tells no secret. */
export async function* runDoctor(env: Environment, clock: Clock): AsyncGenerator<CheckResult> {
  const { config, problems } = read(env)
  for (const problem of problems)
    yield fail(problem, 'See the table of variables in the README; then run doctor again.')
  if (!config) return
  if (problems.length === 0) yield pass('The configuration is complete')
  if (isInsecure(env)) yield info('ALLOW_INSECURE is set: that is for development alone')
  yield* await checkAccount(config.netgiro, clock, '')
  if (config.previousNetgiro)
    yield* await checkAccount(config.previousNetgiro, clock, 'NETGIRO_PREVIOUS_*: ')
  if (config.avarda) yield await checkAvarda(config.avarda)
  yield* throughPublicUrl(config, clock)
  yield await checkWebhook(config, clock)
}

interface Read {
  readonly config: Config | null
  readonly problems: readonly string[]
}

const isInsecure = (env: Environment) => env['ALLOW_INSECURE']?.trim() === 'true'

/** What keeps a server from starting only because it is not safe does not keep the rest from being tried. */
function read(env: Environment): Read {
  const problems = problemsOf(env)
  try {
    const config = readConfig({ ...env, ALLOW_INSECURE: 'true' })
    // The checks through PUBLIC_URL speak of these themselves.
    const others = problems.filter(
      (text) => !/^(PUBLIC_URL|ALLOWED_ORIGINS) must be https/.test(text),
    )
    return { config, problems: others }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return { config: null, problems }
  }
}

function problemsOf(env: Environment): readonly string[] {
  try {
    readConfig(env)
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.problems
  }
}

async function checkAccount(
  account: NetgiroConfig,
  clock: Clock,
  prefix: string,
): Promise<readonly CheckResult[]> {
  const check = account.api === 'v2' ? checkProviderV2 : checkProvider
  const findings = await check(account, clock)
  return findings.map((finding) => ({ ...finding, what: prefix + finding.message }))
}

async function* throughPublicUrl(config: Config, clock: Clock): AsyncGenerator<CheckResult> {
  const { host, port } = config
  const marks = new ProbeTokens(config.netgiro.secretKey, () => clock.now())
  const standIn = await openTemporaryServer(config, marks).catch(whyNoAnswer)
  try {
    if (typeof standIn === 'object') {
      yield info(`No server runs at ${host}:${port}: a temporary one answers these checks`)
    } else if (standIn !== 'EADDRINUSE') {
      yield fail(
        `HOST and PORT (${host}:${port}) cannot be listened on (${standIn})`,
        'HOST must be an address of this machine (0.0.0.0 for all), and PORT one that it may take.',
      )
    }
    const scheme = checkScheme(config)
    if (scheme) yield scheme
    const reach = await checkReach(config)
    yield reach
    if (reach.status === 'fail') return
    yield* await checkCallback(config, marks)
    yield await checkAddresses(config, marks)
    yield await checkStream(config, marks, clock)
    yield* await checkOrigins(config)
  } finally {
    if (typeof standIn === 'object') await standIn.close()
  }
}
