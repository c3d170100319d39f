import type { View, WaitingActions } from '../../views/view.ts'
import type { PosPayerKind, PosMessages } from '../messages/messages.ts'

/** What a cashier may ask for, and what is shown beside the snapshot. */
export interface PosActions extends WaitingActions {
  readonly submit: (event: Event) => void
  readonly edit: (event: Event) => void
  readonly choose: (kind: PosPayerKind) => void
  readonly focusChoice: (event: MouseEvent) => void
  readonly next: () => void
  /** As for a shopper. */
  readonly replace: (() => void) | null
  readonly kind: PosPayerKind
  /** The text as it stands in the field, and whether it cannot be right. */
  readonly text: string
  readonly invalid: boolean
}

export type PosView = View<PosActions, PosMessages>
