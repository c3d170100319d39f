import type fc from 'fast-check'
import type { AvardaFaultSpec } from '../../../demo/avarda-simulator/simulator.ts'
import type { FaultSpec } from '../../../demo/simulator/simulator.ts'
import type { ManualClock } from '../../support/manual-clock.ts'
import type { Exchange } from '../recording-proxy.ts'

export const railNames = ['v1', 'till', 'v2', 'avarda'] as const
/** The providers, and the ways to them, that stories are told about. */
export type RailName = (typeof railNames)[number]

export type Confirmation = 'manual' | 'automatic' | 'callback'

/** A payment as the provider's own ledger holds it. */
export interface Payment {
  readonly id: string
  readonly reference: string
  /** In the currency's minor unit. */
  readonly amount: number
  /** `unseen`: it is there, and nobody who could answer has been shown it. */
  readonly state: 'unseen' | 'waiting' | 'awaiting_code' | 'reserved' | 'paid' | 'canceled'
  /** What its payer's yes does. */
  readonly approval: 'automatic' | 'manual' | 'callback'
  /** How often money was taken, and how much of it was not given back by calling the payment off. */
  readonly captures: number
  readonly captured: number
  readonly refunds: readonly { readonly key: string; readonly amount: number }[]
  readonly callbackUrl: string | null
  /** What the payer was sent by SMS. */
  readonly smsCode: string | null
}

/** What the provider is asked to do; of questions without an effect nothing is said. */
export type Asked =
  /** `payer`: whose phone rings; null where nobody's does. */
  | { readonly to: 'start'; readonly reference: string; readonly payer: string | null }
  | { readonly to: 'confirm' | 'code' | 'cancel'; readonly id: string }
  | {
      readonly to: 'refund'
      readonly id: string
      readonly key: string
      readonly amount: number
    }

/** What an answer that can be believed claims of a payment. */
export interface Told {
  readonly id: string
  /** Where it says that the payment stands; null where it does not say. */
  readonly state: Exclude<Payment['state'], 'unseen'> | null
  /** Null: it does not say. */
  readonly amount: number | null
  readonly reference: string | null
  /** Of what is said to be paid: whether this answer proves it; absent where it is one of several that do together. */
  readonly proves?: boolean
  /** The reference of the request that this answer gives the name to. */
  readonly names?: string
}

/** A callback as this provider would ring it, or somebody who does not know its secrets. */
export interface Bell {
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

/** What only some payers do, besides saying yes and no. */
export type PayerAction = 'leave' | 'run_out' | 'hand_over' | 'go_elsewhere'

/** A fault, in the words of the simulator that a story is about. */
export type Wish = FaultSpec | AvardaFaultSpec

export interface RailOptions {
  readonly clock: ManualClock
  readonly confirmation: Confirmation
  /** How long the provider waits for its payers. */
  readonly approvalMs: number
}

/** A provider's simulator, as far as a story plays with it and the oracle looks into it. */
export interface Rail {
  /** Where the simulator is. */
  readonly url: string
  /** Whether a request rings at somebody who can then say yes, also to one whose name was lost. */
  readonly touchesPayer: boolean
  /** Whether it has a call that cancels a request. */
  readonly canCancel: boolean
  /** What the server is told about the provider; `upstream` is the wire to it. */
  env(upstream: string, confirmation: Confirmation): Readonly<Record<string, string>>
  /** The body that creates a checkout for this provider. */
  order(reference: string, amount: number): object
  /** Oldest first. */
  payments(): readonly Payment[]
  payment(id: string): Payment | undefined
  approve(id: string): void
  reject(id: string): void
  payerAction(id: string, payerAction: PayerAction): void
  /** A browser was told this snapshot, and shows what is in it. */
  show(snapshot: unknown): void
  /** What is said of a payment at an address that was given for one. */
  bell(payment: Payment, url: string, isForged: boolean): Bell
  fault(wish: Wish): void
  /** Faults are still to come that keep us from learning how a payment stands. */
  isTroubled(): boolean
  /** Whoever went elsewhere is not coming back. */
  endWaiting(): void
  /** What passes on the wire. Null: nothing that bears on the money, or nothing that could be believed. */
  asked(exchange: Exchange): Asked | null
  told(exchange: Exchange): Told | null
  close(): Promise<void>
}

/** What is known of a provider before it is there. */
export interface RailKind {
  readonly confirmations: readonly Confirmation[]
  /** Parts of the paths that the calls to it have: what a death can wait for. */
  readonly calls: readonly string[]
  readonly faults: fc.Arbitrary<Wish>
  /** What can go wrong when money is given back; the same as ever where it cannot be. */
  readonly refundFaults: fc.Arbitrary<Wish>
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
