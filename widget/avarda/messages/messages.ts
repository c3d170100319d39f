import type { AttemptReason } from '../../../server/protocol/index.ts'
import type { Said, ShellMessages, Silent, Words } from '../../messages/messages.ts'

type SaidByForm = Said | Silent | AttemptReason | 'form_unavailable'

/** Everything that a shopper reads around the provider's form. */
export interface FormMessages extends ShellMessages {
  readonly says: Readonly<Record<SaidByForm, string>>
  /** The shopper is done with the form, and the backend has not heard yet how it ended. */
  readonly checking: Words
  readonly loading: string
  readonly start: string
}
