import type { Config } from '../config.ts'
import { avarda } from './avarda/adapter.ts'
import { netgiro } from './netgiro/v1/adapter.ts'
import { partnerRefund } from './netgiro/partner.ts'
import { netgiroV2 } from './netgiro/v2/adapter.ts'
import type { Permit } from '../core/ownership.ts'
import type { Provider } from '../core/provider.ts'

type Accounts = Pick<Config, 'netgiro' | 'previousNetgiro' | 'avarda' | 'confirmation'>

/**
 * The configured providers, Netgíró first. Of several with one name, the first is used for new attempts.
 *
 * @param permit - asked right before a call with an effect leaves
 */
export function configuredProviders(
  config: Accounts,
  now: () => number,
  permit: () => Permit,
): readonly Provider[] {
  const { netgiro: current, previousNetgiro: previous, avarda: site, confirmation } = config
  const accounts = previous ? [current, previous] : [current]
  return [
    ...accounts.map((account) => netgiroOf(account, confirmation, now, permit)),
    ...(site ? [avarda(site, permit)] : []),
  ]
}

function netgiroOf(
  { api, partnerApiUrl, ...credentials }: Config['netgiro'],
  confirmation: Config['confirmation'],
  now: () => number,
  permit: () => Permit,
): Provider {
  if (api === 'v2') return netgiroV2(credentials, confirmation, permit)
  if (partnerApiUrl === null) return netgiro(credentials, confirmation, now, permit)
  const partner = partnerRefund({ ...credentials, partnerApiUrl }, permit)
  const v1 = netgiro(credentials, confirmation, now, permit, partner.refund)
  const close = async () => {
    await Promise.all([v1.close(), partner.close()])
  }
  return { ...v1, close }
}
