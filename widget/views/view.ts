import type { TemplateResult } from 'lit/html.js'
import type { Snapshot } from '../../server/protocol/index.ts'
import type { CheckoutController } from '../checkout-controller.ts'
import type { Messages } from '../messages/messages.ts'

/** Actions and state of the waiting view, beside the snapshot. */
export interface WaitingActions {
  readonly checkout: CheckoutController
  readonly cancel: () => void
  /** Advice for a payer who has not found the request. */
  readonly help: unknown
}

/** Actions and state of all views of `<netgiro-checkout>`. */
export interface Actions extends WaitingActions {
  readonly submit: (event: Event) => void
  readonly edit: (event: Event) => void
  /** The text of the phone field, and whether it was rejected as a phone number. */
  readonly phone: string
  readonly invalid: boolean
  /** The icon of an outcome, and what a receipt needs. */
  readonly outcome: unknown
}

/** Renders the content below the heading. */
export type View<A = Actions, M = Messages> = (
  snapshot: Snapshot,
  actions: A,
  messages: M,
) => TemplateResult | null
