import type { Config } from '../config.ts'
import { avarda } from './avarda/adapter.ts'
import { netgiro } from './netgiro/adapter.ts'
import type { Provider } from './provider.ts'

/** The providers that the configuration names, Netgíró first. */
export function configuredProviders(
  {
    netgiro: account,
    avarda: site,
    confirmation,
  }: Pick<Config, 'netgiro' | 'avarda' | 'confirmation'>,
  now: () => number,
): readonly Provider[] {
  return [netgiro(account, confirmation, now), ...(site ? [avarda(site)] : [])]
}
