import type { Config } from '../config.ts'
import { avarda } from './avarda/adapter.ts'
import { netgiro } from './netgiro/v1/adapter.ts'
import { partnerRefund } from './netgiro/partner.ts'
import { netgiroV2 } from './netgiro/v2/adapter.ts'
import type { Provider } from '../core/provider.ts'

type Accounts = Pick<Config, 'netgiro' | 'previousNetgiro' | 'avarda' | 'confirmation'>

/** The configured providers, Netgíró first. Of several with one name, the first is used for new attempts. */
export function configuredProviders(config: Accounts, now: () => number): readonly Provider[] {
  const { netgiro: current, previousNetgiro: previous, avarda: site, confirmation } = config
  const accounts = previous ? [current, previous] : [current]
  return [
    ...accounts.map((account) => netgiroOf(account, confirmation, now)),
    ...(site ? [avarda(site)] : []),
  ]
}

function netgiroOf(
  { api, partnerApiUrl, ...credentials }: Config['netgiro'],
  confirmation: Config['confirmation'],
  now: () => number,
): Provider {
  if (api === 'v2') return netgiroV2(credentials, confirmation)
  if (partnerApiUrl === null) return netgiro(credentials, confirmation, now)
  const partner = partnerRefund({ ...credentials, partnerApiUrl })
  const v1 = netgiro(credentials, confirmation, now, partner.refund)
  const close = async () => {
    await Promise.all([v1.close(), partner.close()])
  }
  return { ...v1, close }
}
