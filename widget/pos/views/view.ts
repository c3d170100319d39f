import type { View, WaitingActions } from '../../views/view.ts'
import type { PosPayerKind, PosMessages } from '../messages/messages.ts'

/** Actions and state of all views of `<netgiro-pos>`. */
export interface PosActions extends Omit<WaitingActions, 'help'> {
  readonly submit: (event: Event) => void
  readonly edit: (event: Event) => void
  readonly choose: (kind: PosPayerKind) => void
  readonly focusChoice: (event: MouseEvent) => void
  readonly next: () => void
  readonly kind: PosPayerKind
  /** The text of the field, and whether it was rejected. */
  readonly text: string
  readonly invalid: boolean
}

export type PosView = View<PosActions, PosMessages>
