import type { TemplateResult } from 'lit'
import type { Snapshot } from '../../server/protocol/index.ts'
import type { CheckoutAction } from '../checkout-client.ts'
import type { Messages } from '../messages/messages.ts'

/** Actions and state of the waiting view, beside the snapshot. */
export interface WaitingActions {
  readonly cancel: () => void
  /** The action whose response is pending. */
  readonly busy: CheckoutAction | null
  /** Until the payment request expires, and since it was first seen waiting. */
  readonly secondsLeft: number
  readonly secondsWaited: number
}

/** Actions and state of all views of `<netgiro-checkout>`. */
export interface Actions extends WaitingActions {
  readonly submit: (event: Event) => void
  readonly edit: (event: Event) => void
  /** Cancels the other request that is waiting and sends this one; null if there is none. */
  readonly replace: (() => void) | null
  /** The text of the phone field, and whether it was rejected as a phone number. */
  readonly phone: string
  readonly invalid: boolean
}

/** Renders the content below the heading. */
export type View<A = Actions, M = Messages> = (
  snapshot: Snapshot,
  actions: A,
  messages: M,
) => TemplateResult | null
