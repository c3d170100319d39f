import type { TrackedAttempt } from '../../../server/core/attempts/tracked-attempt.ts'
import { newAttemptDefaults } from '../../../server/core/checkout.ts'
import type {
  CaptureMethod,
  Checkout,
  Input,
  OpenAttempt,
  ProviderResult,
  Refund,
  RefundResult,
} from '../../../server/core/checkout.ts'
import { applyInputs } from '../../../server/core/pending-change.ts'
import type { HistoryEntry } from '../../../server/core/store.ts'

/** What an exploration is about. */
export interface Mode {
  readonly name: string
  readonly captureMethod: CaptureMethod
  /** Whether the shop is asked before a capture. */
  readonly gate: boolean
  /** How far the clock of the second replica is ahead, in milliseconds. */
  readonly skewMs: number
  /** Whether the provider cancels a reservation, or says that it is too late. */
  readonly cancelsReserved: boolean
  /** Whether the payer reads out a code instead of approving on the phone. */
  readonly asksForCode?: boolean
  /** Whether the checkout is paid from the beginning. */
  readonly isPaid?: boolean
}

/** How often what cannot happen for ever may happen in one story. */
export interface Budget {
  /** Payment requests of the shopper. */
  readonly presses: number
  readonly cancels: number
  readonly closes: number
  /** Answers that are lost, late or untrue. */
  readonly faults: number
  readonly crashes: number
  /** Pauses longer than a lease. */
  readonly lapses: number
  /** Questions about attempts that are over. */
  readonly lateChecks: number
  /** Calls of the provider about an approval, each of which may be our chance to capture it. */
  readonly callbacks?: number
  readonly codes?: number
  /** Refunds that the shop asks for, and how often the provider is asked for any of them. */
  readonly refunds?: number
  readonly refundTries?: number
}

/** `answer`: to a callback, by which the provider takes the money. */
export type CallName =
  'start' | 'check' | 'capture' | 'cancel' | 'approval' | 'code' | 'answer' | 'refund'

/** A request that has left a process. */
export interface Call {
  readonly type: 'call'
  readonly call: CallName
  readonly attemptId: string
  /** The code, or the id of the refund. */
  readonly detail: string | null
  /** When it left: no request is under way for longer than until the moment after the next. */
  readonly since: number
}

/** What a process waits for. */
export type Operation =
  | Call
  | { readonly type: 'load' }
  /** The answer to a write that was made. */
  | { readonly type: 'written' }
  | {
      readonly type: 'save'
      readonly checkout: Checkout
      readonly entries: readonly HistoryEntry[]
      readonly events: readonly string[]
    }

export type Answer =
  | { readonly kind: 'result'; readonly result: ProviderResult | RefundResult }
  | { readonly kind: 'decision'; readonly isApproved: boolean }
  | { readonly kind: 'loaded'; readonly checkout: Checkout }
  | { readonly kind: 'written' | 'stale' }
  /** The database refuses or cannot be reached, or its answer is lost. */
  | { readonly kind: 'threw' }

/** What happened in a process while one of its activities was under way, in order. */
export type LogLine =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'published'; readonly checkout: Checkout }
  | { readonly kind: 'moment'; readonly moment: number }
  | { readonly kind: 'lease'; readonly mayCall: boolean }
  | { readonly kind: 'dropped' }

export type Work =
  | { readonly type: 'press'; readonly attemptId: string }
  /** The action that the planner names. */
  | { readonly type: 'act' }
  | { readonly type: 'late_check'; readonly attemptId: string }
  | { readonly type: 'code'; readonly attemptId: string; readonly code: string }
  /** `isPolled`: whether the provider is asked before its time is over. */
  | { readonly type: 'callback'; readonly attemptId: string; readonly isPolled: boolean }
  | { readonly type: 'refund'; readonly attemptId: string; readonly refundId: string }

/** An activity that waits, as the state that it began in and what has happened since: it is executed again to go on. */
export interface Activity {
  readonly work: Work
  readonly began: Snapshot
  readonly log: readonly LogLine[]
  readonly pending: Operation
}

/** What a process remembers between two activities. */
export interface Snapshot {
  readonly moment: number
  readonly holds: boolean
  readonly mayCall: boolean
  readonly cache: Checkout | null
  readonly tracked: TrackedAttempt | null
}

export interface Replica {
  readonly isUp: boolean
  /** Whether it believes that it owns the checkout. */
  readonly holds: boolean
  /** Whether its last renewal is recent enough, by its own clock. */
  readonly mayCall: boolean
  readonly cache: Checkout | null
  readonly tracked: TrackedAttempt | null
  /** What it was refused may be written, which it has not heard of yet. */
  readonly isInDoubt: boolean
  /** One turn of the checkout at a time. */
  readonly turn: Activity | null
  /** Runs beside it. */
  readonly late: Activity | null
}

export interface Cart {
  readonly attemptId: string
  readonly state: 'waiting' | 'awaiting_code' | 'reserved' | 'paid' | 'canceled'
  readonly captures: number
  /** The ids of the refunds that were made. */
  readonly refunds: readonly string[]
}

export interface World {
  /** An index into `moments`. */
  readonly moment: number
  readonly disk: Checkout
  /** Who owns the checkout, as the database says. */
  readonly owner: number | null
  readonly replicas: readonly Replica[]
  readonly carts: readonly Cart[]
  /** Requests that left, were given up, and may yet arrive. */
  readonly wire: readonly Call[]
  /** Attempts whose capture was sent, and whose state was not reported since. */
  readonly unasked: readonly string[]
  /** Attempts that were last reported with another amount than theirs. */
  readonly misreported: readonly string[]
  /** Attempts whose payments are in an event to the shop, and the reasons of the reviews in others. */
  readonly told: readonly string[]
  readonly budget: Budget
}

export const t0 = Date.UTC(2026, 10, 20, 12)
const seconds = 1_000
export const lifetimeMs = 900 * seconds
export const approvalTimeoutMs = 180 * seconds
export const amount = 12_990
/** Of two refunds of this amount, one is too much. */
export const refundAmount = 8_000
export const rightCode = '1234'

/**
 * Time stands still in each: at the request, when an absence can be believed, after the approval window, after the grace of a
 * lost request, when no approval can be captured any more, after the lifetime, after its grace, and five minutes later.
 */
export const moments = [0, 4, 181, 215, 520, 901, 1_801.5, 2_105].map((at) => at * seconds)

export const timeOf = (moment: number, skewMs = 0): number => t0 + (moments[moment] ?? 0) + skewMs

export const evidence = { call: 'call', code: '0', referenceId: null }

const order: Checkout = {
  ...{ id: 'chk_1', reference: 'WEB-1', amount, currency: 'ISK', description: null },
  ...{ items: [], provider: 'netgiro', channel: 'web', locationId: null, registerId: null },
  ...{ metadata: {}, status: 'open', version: 1, createdAt: t0, expiresAt: t0 + lifetimeMs },
  ...{
    closing: null,
    paidAt: null,
    paidAttemptId: null,
    late: false,
    review: null,
    reviewClosedAt: null,
  },
  ...{ replaces: null, options: null, attempts: [], refunds: [] },
}

export const newRefund = (id: string, now: number): Refund => ({
  ...{ id, key: `key of ${id}`, amount: refundAmount, attemptId: 'att_1', requestedAt: now },
  ...{ status: 'pending', settledAt: null },
  tries: { count: 0, withoutEffect: 0, firstAt: null, lastAt: null, nextAt: now },
})

export const newAttempt = (id: string, now: number, mode: Mode): OpenAttempt => ({
  ...newAttemptDefaults,
  ...{ id, reference: `WEB-1-${id}`, token: `token of ${id}` },
  payer: { kind: 'phone', masked: '•••3281', hash: 'h' },
  connection: {
    ...{ api: 'v1', account: 'only', apiUrl: 'https://provider.example' },
    publicUrl: 'https://pay.example',
    captureMethod: mode.captureMethod,
  },
  startedAt: now,
  approvalExpiresAt: Math.min(now + approvalTimeoutMs, order.expiresAt),
})

const fresh: Replica = {
  ...{ isUp: true, holds: false, mayCall: true, isInDoubt: false },
  ...{ cache: null, tracked: null, turn: null, late: null },
}
export const downReplica: Replica = { ...fresh, isUp: false }
export const startedReplica = fresh

export function firstWorld(budget: Budget, mode: Mode): World {
  const disk = mode.isPaid ? paidOrder(mode) : order
  const cart: Cart = { attemptId: 'att_1', state: 'paid', captures: 1, refunds: [] }
  return {
    ...{ moment: 0, disk, owner: 0, wire: [], unasked: [], misreported: [], budget },
    carts: mode.isPaid ? [cart] : [],
    told: mode.isPaid ? [`att_1 ${amount}`] : [],
    replicas: [{ ...fresh, holds: true, cache: disk }, fresh],
  }
}

function paidOrder(mode: Mode): Checkout {
  const attempt = newAttempt('att_1', t0, mode)
  const payment = { amount, currency: 'ISK', reference: attempt.reference }
  const inputs: readonly Input[] = [
    { type: 'started', attempt },
    { type: 'requested', providerRef: 'cart of att_1', pollIntervalMs: null, evidence },
    { type: 'authorized', awaits: 'capture', payment, evidence },
    { type: 'capture_requested' },
    { type: 'paid', payment, proof: 'proven', evidence },
  ]
  return applyInputs(order, inputs, 'att_1', t0).checkout
}
