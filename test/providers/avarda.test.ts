import { startAvardaSimulator } from '../../demo/avarda-simulator/simulator.ts'
import type { AvardaFaultSpec, AvardaSimulator } from '../../demo/avarda-simulator/simulator.ts'
import { soleOwner } from '../../server/core/ownership.ts'
import { avarda } from '../../server/providers/avarda/adapter.ts'
import type { ProviderCallback, PaymentRequest, Provider } from '../../server/core/provider.ts'
import { providerContract } from './contract.ts'
import type { ContractSimulator, ProviderPayment, ProviderFault, PortCall } from './contract.ts'

const calls = { start: 'InitializePayment', check: 'GetPaymentStatus' } as const

const kinds: Readonly<Record<ProviderFault, AvardaFaultSpec['kind']>> = {
  lost_before_effect: 'drop_before_effect',
  lost_after_effect: 'drop_after_effect',
  wrong_amount: 'wrong_amount',
  wrong_reference: 'wrong_reference',
  unknown_status: 'unknown_state',
  unbelievable: 'unauthorized',
}

class AvardaContractSimulator implements ContractSimulator {
  readonly #simulator: AvardaSimulator

  private constructor(simulator: AvardaSimulator) {
    this.#simulator = simulator
  }

  static async open(): Promise<AvardaContractSimulator> {
    return new AvardaContractSimulator(await startAvardaSimulator())
  }

  get apiUrl(): string {
    return this.#simulator.apiUrl
  }

  payments(): readonly ProviderPayment[] {
    return this.#simulator.purchases().map((purchase) => ({
      providerRef: purchase.PurchaseId,
      amount: Math.round((purchase.Price ?? 0) * 100),
      reference: purchase.OrderReference,
      captures: purchase.approvals,
      ...{ refunds: 0, refunded: 0 },
    }))
  }

  /** The browser is where Avarda learns whom to notify. */
  approve(providerRef: string, { callbackUrl }: PaymentRequest): void {
    this.#simulator.open(providerRef, { notifyUrl: callbackUrl })
    this.#simulator.approve(providerRef)
  }

  decline(providerRef: string): void {
    this.#simulator.decline(providerRef)
  }

  expire(providerRef: string): void {
    this.#simulator.timeOut(providerRef)
  }

  providerFault(call: PortCall, providerFault: ProviderFault): boolean {
    if (call !== 'start' && call !== 'check') return false
    this.#simulator.fault({ call: calls[call], kind: kinds[providerFault] })
    return true
  }

  /** Nothing is signed: whoever knows the purchase can send one. */
  forge(callback: ProviderCallback): ProviderCallback {
    return callback
  }

  close(): Promise<void> {
    return this.#simulator.close()
  }
}

const adapter = (apiUrl: string): Provider =>
  avarda(
    {
      ...{ apiUrl, siteCode: 'SimulatorSweden', sitePassword: 'simulator', currency: 'SEK' },
      scriptUrl: `${apiUrl}/Scripts/CheckOutClient.js`,
    },
    () => soleOwner.permit(),
  )

providerContract('Avarda Checkout 2', {
  simulator: () => AvardaContractSimulator.open(),
  adapter: ({ apiUrl }) => adapter(apiUrl),
  request: { currency: 'SEK', payer: { kind: 'provider_form' } },
  nowhere: () => adapter('http://127.0.0.1:9/CheckOut2'),
})
