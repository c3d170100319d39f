import type { AttemptReason } from '../../../server/protocol/index.ts'
import type {
  ErrorCodeWithText,
  LaterCode,
  CommonMessages,
  SilentCode,
  Headline,
} from '../../messages/messages.ts'

type FormErrorCode = ErrorCodeWithText | LaterCode | SilentCode | AttemptReason | 'form_unavailable'

/** All texts of `<avarda-checkout>`, which surround the provider's form. */
export interface FormMessages extends CommonMessages {
  readonly errors: Readonly<Record<FormErrorCode, string>>
  /** The shopper is done with the form, and the backend does not know the result yet. */
  readonly checking: Headline
  readonly loading: string
  readonly start: string
}
