import type { CallbackResult } from './callbacks.ts'
import type { Checkout, OperatorNote, PayerRequest, Refund, ReviewReason } from './checkout.ts'
import type { ProviderCallback } from './provider.ts'
import type { RefundInput } from './refunds.ts'

/** A command in a form that another process can be handed. */
export type Command = { readonly checkoutId: string } & (
  | {
      readonly type: 'start'
      readonly payer: PayerRequest
      readonly address: string | null
      readonly cancelWaiting: boolean
    }
  | {
      readonly type: 'submit_code'
      readonly code: string
      /** The idempotency key; null: none. Missing where a server of the version before hands it over. */
      readonly key?: string | null
    }
  | { readonly type: 'cancel_attempt' | 'close' }
  | { readonly type: 'refund'; readonly input: RefundInput; readonly key: string }
  | {
      readonly type: 'close_refund'
      readonly refundId: string
      readonly as: 'refunded' | 'failed'
      readonly note: OperatorNote
    }
  | {
      readonly type: 'close_review'
      readonly review: ReviewReason
      readonly note: OperatorNote
    }
  | {
      readonly type: 'callback'
      readonly provider: string
      readonly token: string
      readonly about: 'success' | 'cancel'
      readonly callback: Omit<ProviderCallback, 'url'>
    }
)

/** What a command is answered with, as JSON can carry it. */
export type CommandAnswer =
  Checkout | CallbackResult | { readonly created: boolean; readonly refund: Refund } | Refund | null

export interface Handover<T> {
  /** Carries it out in this process. */
  readonly here: () => Promise<T>
  /** How long the caller waits for another process, in milliseconds. */
  readonly waitMs: number
  /** The answer where the other process has begun and not ended in time. */
  readonly late: () => Promise<T>
  /**
   * Whether a command that was not carried out in time stays; it may then be carried out twice. Otherwise it is withdrawn.
   */
  readonly stays?: boolean
}

/** Has a command carried out by the owner of its checkout. */
export interface CommandRouter {
  /** @throws CheckoutError `temporarily_unavailable` where no server has begun it in time, and none will */
  run<T extends CommandAnswer>(command: Command, handover: Handover<T>): Promise<T>
}

/** Where there is one process, it carries out everything. */
export const localRouter: CommandRouter = { run: (_command, { here }) => here() }
