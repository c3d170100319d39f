import type { RequestListener } from 'node:http'
import { startSimulator } from '../../../demo/simulator/simulator.ts'
import type { CartView, FaultSpec, Simulator } from '../../../demo/simulator/simulator.ts'
import { sandbox } from '../../../demo/simulator/sandbox.ts'
import type { Exchange } from '../recording-proxy.ts'
import { parse } from './rail.ts'
import type {
  ProviderRequest,
  CallbackRequest,
  Confirmation,
  Payment,
  PendingFault,
  Rail,
  RailOptions,
  ProviderClaim,
  RailFault,
} from './rail.ts'

/** What differs between V1 and V2. */
export interface NetgiroApi {
  env(upstream: string): Readonly<Record<string, string>>
  readonly channel: 'web' | 'pos'
  callbackFor(payment: Payment, url: string, secret: string): CallbackRequest
  readRequest(exchange: Exchange): ProviderRequest | null
  readClaim(exchange: Exchange, simulator: Simulator): ProviderClaim | null
  /** Calls without which the state of a payment is not known. */
  readonly vital: readonly string[]
}

const approvals = ['automatic', 'callback', 'manual'] as const

const paymentOf = (cart: CartView): Payment => ({
  id: cart.TransactionId,
  reference: cart.Reference,
  amount: cart.Amount,
  state: cart.state,
  approval: approvals[cart.ConfirmationType] ?? 'manual',
  captures: cart.captures,
  captured: cart.paymentCanceled ? 0 : cart.captured,
  refunds: cart.refunds.map(({ idempotencyKey: key, amount }) => ({ key, amount })),
  callbackUrl: cart.CallbackUrl,
  smsCode: cart.smsCode ?? null,
})

/** Netgíró's simulator, through one of its APIs. */
export class NetgiroRail implements Rail {
  readonly #api: NetgiroApi
  readonly simulator: Simulator
  readonly notifiesPayer = true
  readonly canCancel = true

  private constructor(api: NetgiroApi, simulator: Simulator) {
    this.#api = api
    this.simulator = simulator
  }

  static async open(api: NetgiroApi, options: RailOptions): Promise<NetgiroRail> {
    const { clock, approvalMs } = options
    return new NetgiroRail(api, await startSimulator({ clock, approvalTimeoutMs: approvalMs }))
  }

  get handle(): RequestListener {
    return this.simulator.handle
  }

  env(upstream: string, confirmation: Confirmation): Readonly<Record<string, string>> {
    return {
      NETGIRO_APP_ID: sandbox.appId,
      NETGIRO_SECRET_KEY: sandbox.secretKey,
      NETGIRO_CONFIRMATION: confirmation,
      ...this.#api.env(upstream),
    }
  }

  order(reference: string, amount: number): object {
    return { reference, amount, currency: 'ISK', channel: this.#api.channel }
  }

  payments(): readonly Payment[] {
    return this.simulator.inspect().carts.map(paymentOf)
  }

  payment(id: string): Payment | undefined {
    const cart = this.simulator.cart(id)
    return cart && paymentOf(cart)
  }

  approve(id: string): void {
    this.simulator.approve(id)
  }

  reject(id: string): void {
    this.simulator.reject(id)
  }

  payerAction(): void {
    // Netgíró's payers approve, decline or do not answer.
  }

  show(): void {
    // Payers are asked on their own phones.
  }

  callbackFor(payment: Payment, url: string, isForged: boolean): CallbackRequest {
    return this.#api.callbackFor(payment, url, isForged ? 'a wrong secret' : sandbox.secretKey)
  }

  fault(spec: RailFault): void {
    this.simulator.fault(spec as FaultSpec)
  }

  pendingFaults(): readonly PendingFault[] {
    return this.simulator.inspect().faults
  }

  isTroubled(): boolean {
    return this.simulator.inspect().faults.some(({ call }) => this.#api.vital.includes(call))
  }

  endWaiting(): void {
    // No payer is redirected.
  }

  readRequest(exchange: Exchange): ProviderRequest | null {
    return exchange.path === '/partner/refund'
      ? refundIn(exchange)
      : this.#api.readRequest(exchange)
  }

  readClaim(exchange: Exchange): ProviderClaim | null {
    return this.#api.readClaim(exchange, this.simulator)
  }

  close(): Promise<void> {
    return this.simulator.close()
  }
}

/** V2's refund and the partner API's have the same fields, in different case. */
export function refundIn({ body }: Exchange): ProviderRequest | null {
  const fields = Object.entries(parse(body) ?? {})
  const field = (name: string) => fields.find(([key]) => key.toLowerCase() === name)?.[1]
  return {
    to: 'refund',
    id: String(field('transactionid')),
    key: String(field('idempotencykey')),
    amount: Number(field('refundamount')),
  }
}
