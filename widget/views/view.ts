import type { TemplateResult } from 'lit'
import type { Snapshot } from '../../server/protocol/index.ts'
import type { CheckoutAction } from '../checkout-client.ts'
import type { Messages } from '../messages/messages.ts'

/** What may be asked for while a request waits, and what is shown of it beside the snapshot. */
export interface WaitingActions {
  readonly cancel: () => void
  /** The wish whose answer is still out. */
  readonly busy: CheckoutAction | null
  /** Seconds left of a waiting request, and seconds waited for it so far. */
  readonly secondsLeft: number
  readonly secondsWaited: number
}

/** The same for everything that a shopper sees. */
export interface Actions extends WaitingActions {
  readonly submit: (event: Event) => void
  readonly edit: (event: Event) => void
  /** Calls the request off that is in the way, and sends the one that was asked for; null where nothing is. */
  readonly replace: (() => void) | null
  /** The number as it stands in the field, and whether it cannot be one. */
  readonly phone: string
  readonly invalid: boolean
}

/** What stands under the heading. */
export type View<A = Actions, M = Messages> = (
  snapshot: Snapshot,
  actions: A,
  messages: M,
) => TemplateResult | null
