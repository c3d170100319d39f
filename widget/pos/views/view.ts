import type { View, WaitingActions } from '../../views/view.ts'
import type { TillKind, TillMessages } from '../messages/messages.ts'

/** What a cashier may ask for, and what is shown beside the snapshot. */
export interface TillActions extends WaitingActions {
  readonly submit: (event: Event) => void
  readonly edit: (event: Event) => void
  readonly choose: (kind: TillKind) => void
  readonly point: (event: MouseEvent) => void
  readonly next: () => void
  /** As for a shopper. */
  readonly replace: (() => void) | null
  readonly kind: TillKind
  /** The text as it stands in the field, and whether it cannot be right. */
  readonly text: string
  readonly refused: boolean
}

export type TillView = View<TillActions, TillMessages>
