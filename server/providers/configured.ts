import type { Config } from '../config.ts'
import { avarda } from './avarda/adapter.ts'
import { netgiro } from './netgiro/adapter.ts'
import { partnerRefund } from './netgiro/partner.ts'
import { netgiroV2 } from './netgiro/v2/adapter.ts'
import type { Provider } from './provider.ts'

type Accounts = Pick<Config, 'netgiro' | 'avarda' | 'confirmation'>

/** The providers that the configuration names, Netgíró first. */
export function configuredProviders(config: Accounts, now: () => number): readonly Provider[] {
  return [netgiroOf(config, now), ...(config.avarda ? [avarda(config.avarda)] : [])]
}

function netgiroOf({ netgiro: account, confirmation }: Accounts, now: () => number): Provider {
  const { api, partnerApiUrl, ...credentials } = account
  if (api === 'v2') return netgiroV2(credentials, confirmation)
  if (partnerApiUrl === null) return netgiro(credentials, confirmation, now)
  const partner = partnerRefund({ ...credentials, partnerApiUrl })
  const v1 = netgiro(credentials, confirmation, now, partner.refund)
  const close = async () => {
    await Promise.all([v1.close(), partner.close()])
  }
  return { ...v1, close }
}
