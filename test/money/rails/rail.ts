import type { RequestListener } from 'node:http'
import type fc from 'fast-check'
import type { AvardaFaultSpec } from '../../../demo/avarda-simulator/simulator.ts'
import type { FaultSpec } from '../../../demo/simulator/simulator.ts'
import type { ManualClock } from '../../support/manual-clock.ts'
import type { Exchange } from '../recording-proxy.ts'

export const railNames = ['v1', 'pos', 'v2', 'avarda'] as const
/** The providers, and the ways to them, that scenarios cover. */
export type RailName = (typeof railNames)[number]

export type Confirmation = 'manual' | 'automatic' | 'callback'

/** A payment as the provider records it. */
export interface Payment {
  readonly id: string
  readonly reference: string
  /** In the currency's minor unit. */
  readonly amount: number
  /** `unseen`: it exists, but no payer has been shown it. */
  readonly state: 'unseen' | 'waiting' | 'awaiting_code' | 'reserved' | 'paid' | 'canceled'
  /** What the payer's approval does. */
  readonly approval: 'automatic' | 'manual' | 'callback'
  /** How often money was taken, and how much of it was not returned by a cancellation. */
  readonly captures: number
  readonly captured: number
  readonly refunds: readonly { readonly key: string; readonly amount: number }[]
  readonly callbackUrl: string | null
  /** The code that the payer received by SMS. */
  readonly smsCode: string | null
}

/** A request to the provider that has an effect; polls are left out. */
export type ProviderRequest =
  /** `payer`: whose phone is notified; null where none is. */
  | { readonly to: 'start'; readonly reference: string; readonly payer: string | null }
  | { readonly to: 'confirm' | 'code' | 'cancel'; readonly id: string }
  | {
      readonly to: 'refund'
      readonly id: string
      readonly key: string
      readonly amount: number
    }

/** What a credible response claims about a payment. */
export interface ProviderClaim {
  readonly id: string
  /** The reported state of the payment; null if there is none. */
  readonly state: Exclude<Payment['state'], 'unseen'> | null
  /** Null: not reported. */
  readonly amount: number | null
  readonly reference: string | null
  /** For a payment reported as paid: whether this answer proves it; absent where only several answers prove it together. */
  readonly proves?: boolean
  /** The reference of the request whose id this answer contains. */
  readonly names?: string
}

/** A callback of this provider, or a forged one. */
export interface CallbackRequest {
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

/** What only some payers do, besides approving and declining. */
export type PayerAction = 'leave' | 'run_out' | 'hand_over' | 'go_elsewhere'

/** A fault, in the form of the rail's simulator. */
export type RailFault = FaultSpec | AvardaFaultSpec

export interface PendingFault {
  readonly call: RailFault['call']
  readonly kind: RailFault['kind']
  readonly times: number
}

export interface RailOptions {
  readonly clock: ManualClock
  readonly confirmation: Confirmation
  /** How long the provider waits for its payers. */
  readonly approvalMs: number
}

/** A provider's simulator, as scenarios control it and the oracle reads it. */
export interface Rail {
  /** The simulator, as requests reach it. */
  readonly handle: RequestListener
  /** Whether a request notifies a payer, who can then approve it even if we never learned its id. */
  readonly notifiesPayer: boolean
  /** Whether it has a call that cancels a request. */
  readonly canCancel: boolean
  /** The settings for the provider; `upstream` is the proxy in front of it. */
  env(upstream: string, confirmation: Confirmation): Readonly<Record<string, string>>
  /** The body that creates a checkout for this provider. */
  order(reference: string, amount: number): object
  /** Oldest first. */
  payments(): readonly Payment[]
  payment(id: string): Payment | undefined
  approve(id: string): void
  reject(id: string): void
  payerAction(id: string, payerAction: PayerAction): void
  /** A browser received this snapshot and shows it. */
  show(snapshot: unknown): void
  /** The callback about a payment to a callback URL. */
  callbackFor(payment: Payment, url: string, isForged: boolean): CallbackRequest
  fault(spec: RailFault): void
  /** The faults that have yet to happen. */
  pendingFaults(): readonly PendingFault[]
  /** Whether pending faults still hide the state of payments. */
  isTroubled(): boolean
  /** Payers who went elsewhere do not return. */
  endWaiting(): void
  /** Reads an exchange. Null: it does not affect money, or is not valid. */
  readRequest(exchange: Exchange): ProviderRequest | null
  readClaim(exchange: Exchange): ProviderClaim | null
  close(): Promise<void>
}

/** What is known about a rail before its simulator runs. */
export interface RailKind {
  readonly confirmations: readonly Confirmation[]
  /** Parts of the paths of its calls, for crash points. */
  readonly calls: readonly string[]
  readonly faults: fc.Arbitrary<RailFault>
  /** Faults of refunds; the usual ones where there are no refunds. */
  readonly refundFaults: fc.Arbitrary<RailFault>
  open(options: RailOptions): Promise<Rail>
}

export function parse(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}
