import { sandbox } from '../../demo/simulator/sandbox.ts'
import { soleOwner } from '../../server/core/ownership.ts'
import { netgiro } from '../../server/providers/netgiro/v1/adapter.ts'
import { providerContract } from './contract.ts'
import type { PortCall } from './contract.ts'
import { NetgiroSimulator } from './netgiro-simulator.ts'
import type { Wire } from './netgiro-simulator.ts'

const calls = {
  start: 'InsertCart',
  check: 'CheckCart',
  confirm: 'ConfirmCart',
  cancel: 'CancelCart',
} as const satisfies Partial<Record<PortCall, string>>

const wire: Wire = (portCall, providerFault) => {
  if (portCall === 'refund') return undefined
  const call = calls[portCall]
  switch (providerFault) {
    case 'lost_before_effect':
      return { call, kind: 'drop_before_effect' }
    case 'lost_after_effect':
      return { call, kind: 'drop_after_effect' }
    case 'unknown_status':
      return { call, kind: 'code', code: 10_999 }
    case 'unbelievable':
      return { call, kind: 'bad_signature' }
    default:
      return { call, kind: providerFault }
  }
}

for (const confirmation of ['manual', 'automatic', 'callback'] as const) {
  const adapter = (apiUrl: string) =>
    netgiro(
      { ...sandbox, apiUrl },
      confirmation,
      () => Date.now(),
      () => soleOwner.permit(),
    )
  providerContract(`Netgíró V1, ${confirmation}`, {
    simulator: () => NetgiroSimulator.open(wire),
    adapter: ({ url }) => adapter(`${url}/v1`),
    nowhere: () => adapter('http://127.0.0.1:9/v1'),
  })
}
