import type { Clock } from '../../clock.ts'
import { ConfigError, readConfig } from '../../config.ts'
import type { Config, Environment } from '../../config.ts'
import { ProbeMarks } from '../probe.ts'
import { note, ok, whyNoAnswer, wrong } from './finding.ts'
import type { Finding } from './finding.ts'
import { checkOrigins } from './origins.ts'
import { checkProvider } from './provider.ts'
import { checkProviderV2 } from './provider-v2.ts'
import { checkCallback, checkReach, checkScheme } from './public-url.ts'
import { openStandIn } from './stand-in.ts'
import { checkStream } from './stream.ts'
import { checkWebhook } from './webhook.ts'

/** Tries everything that a checkout will need, from here and through PUBLIC_URL. Changes nothing and tells no secret. */
export async function* examine(env: Environment, clock: Clock): AsyncGenerator<Finding> {
  let config: Config
  try {
    config = readConfig(env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    for (const problem of error.problems)
      yield wrong(problem, 'See the table of variables in the README; then run doctor again.')
    return
  }
  yield ok('The configuration is complete')
  const isV2 = config.netgiro.api === 'v2'
  yield* await (isV2 ? checkProviderV2 : checkProvider)(config, clock)
  yield* throughPublicUrl(config, clock)
  yield await checkWebhook(config, clock)
}

async function* throughPublicUrl(config: Config, clock: Clock): AsyncGenerator<Finding> {
  const { host, port } = config
  const marks = new ProbeMarks(config.netgiro.secretKey, () => clock.now())
  const standIn = await openStandIn(config, marks).catch(whyNoAnswer)
  try {
    if (typeof standIn === 'object') {
      yield note(`No server runs at ${host}:${port}: a temporary one answers these checks`)
    } else if (standIn !== 'EADDRINUSE') {
      yield wrong(
        `HOST and PORT (${host}:${port}) cannot be listened on (${standIn})`,
        'HOST must be an address of this machine (0.0.0.0 for all), and PORT one that it may take.',
      )
    }
    const scheme = checkScheme(config)
    if (scheme) yield scheme
    const reach = await checkReach(config)
    yield reach
    if (reach.mark === 'wrong') return
    yield await checkCallback(config, marks)
    yield await checkStream(config, marks, clock)
    yield* await checkOrigins(config)
  } finally {
    if (typeof standIn === 'object') await standIn.close()
  }
}
