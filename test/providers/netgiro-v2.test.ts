import { sandbox } from '../../demo/simulator/sandbox.ts'
import { soleOwner } from '../../server/core/ownership.ts'
import { netgiroV2 } from '../../server/providers/netgiro/v2/adapter.ts'
import { providerContract } from './contract.ts'
import type { PortCall } from './contract.ts'
import { NetgiroSimulator } from './netgiro-simulator.ts'
import type { Wire } from './netgiro-simulator.ts'

const calls = {
  start: 'v2.payment',
  check: 'v2.status',
  confirm: 'v2.capture',
  cancel: 'v2.cancel',
  refund: 'v2.refund',
} as const satisfies Record<PortCall, string>

const wire: Wire = (portCall, providerFault) => {
  const call = calls[portCall]
  switch (providerFault) {
    case 'lost_before_effect':
      return { call, kind: 'drop_before_effect' }
    case 'lost_after_effect':
      return { call, kind: 'drop_after_effect' }
    case 'unbelievable':
      return { call, kind: 'http_500' }
    case 'wrong_amount':
      return portCall === 'check' ? { call: 'v2.details', kind: 'wrong_amount' } : undefined
    // A refusal is not a status, and no answer of V2 has the reference.
    case 'unknown_status':
    case 'wrong_reference':
      return undefined
  }
}

for (const confirmation of ['manual', 'automatic', 'callback'] as const) {
  const adapter = (apiUrl: string) =>
    netgiroV2({ ...sandbox, apiUrl }, confirmation, () => soleOwner.permit())
  providerContract(`Netgíró V2, ${confirmation}`, {
    simulator: () => NetgiroSimulator.open(wire),
    adapter: ({ url }) => adapter(`${url}/v2`),
    nowhere: () => adapter('http://127.0.0.1:9/v2'),
  })
}
