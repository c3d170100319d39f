import type { Config } from '../config.ts'
import { netgiro } from './netgiro/adapter.ts'
import type { Provider } from './provider.ts'

/** The providers that the configuration names, Netgíró first. */
export function configuredProviders(
  { netgiro: account, confirmation }: Pick<Config, 'netgiro' | 'avarda' | 'confirmation'>,
  now: () => number,
): readonly Provider[] {
  return [netgiro(account, confirmation, now)]
}
