import type { TemplateResult } from 'lit'
import type { Snapshot } from '../../server/protocol.ts'
import type { Wish } from '../checkout-client.ts'
import type { Messages } from '../messages/messages.ts'

/** What a view may ask for, and the few things beside the snapshot that it shows. */
export interface Actions {
  readonly submit: (event: Event) => void
  readonly edit: (event: Event) => void
  readonly cancel: () => void
  /** The wish whose answer is still out. */
  readonly busy: Wish | null
  /** The number as it stands in the field, and whether it cannot be one. */
  readonly phone: string
  readonly refused: boolean
  /** Seconds left of a waiting request, and seconds waited for it so far. */
  readonly left: number
  readonly waited: number
}

/** What stands under the heading. */
export type View = (
  snapshot: Snapshot,
  actions: Actions,
  messages: Messages,
) => TemplateResult | null
