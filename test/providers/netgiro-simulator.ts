import { startSimulator } from '../../demo/simulator/simulator.ts'
import type { FaultSpec, Simulator } from '../../demo/simulator/simulator.ts'
import type { ProviderCallback } from '../../server/core/provider.ts'
import type { ContractSimulator, ProviderPayment, ProviderFault, PortCall } from './contract.ts'

/** What a fault of the port is on the wire of one of the two APIs; undefined: it has none. */
export type Wire = (call: PortCall, providerFault: ProviderFault) => FaultSpec | undefined

/** Netgíró's simulator, whichever of its APIs is spoken. */
export class NetgiroSimulator implements ContractSimulator {
  readonly #simulator: Simulator
  readonly #wire: Wire

  private constructor(simulator: Simulator, wire: Wire) {
    this.#simulator = simulator
    this.#wire = wire
  }

  static async open(wire: Wire): Promise<NetgiroSimulator> {
    return new NetgiroSimulator(await startSimulator(), wire)
  }

  get url(): string {
    return this.#simulator.url
  }

  payments(): readonly ProviderPayment[] {
    return this.#simulator.inspect().carts.map((cart) => ({
      providerRef: cart.TransactionId,
      amount: cart.Amount,
      reference: cart.Reference,
      captures: cart.captures,
      refunds: cart.refunds.length,
      refunded: cart.refunded,
    }))
  }

  approve(providerRef: string): void {
    this.#simulator.approve(providerRef)
  }

  decline(providerRef: string): void {
    this.#simulator.reject(providerRef)
  }

  expire(providerRef: string): void {
    this.#simulator.expire(providerRef)
  }

  providerFault(call: PortCall, providerFault: ProviderFault): boolean {
    const fault = this.#wire(call, providerFault)
    if (fault) this.#simulator.fault(fault)
    return fault !== undefined
  }

  forge({ url, body }: ProviderCallback): ProviderCallback {
    const headers = new Headers({
      netgiro_nonce: '1',
      netgiro_signature: '0'.repeat(64),
      'x-netgiro-signature': '0'.repeat(64),
    })
    return { url, headers, body }
  }

  close(): Promise<void> {
    return this.#simulator.close()
  }
}
