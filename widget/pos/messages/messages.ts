import type { PayerKind } from '../../../server/protocol/index.ts'
import type {
  ErrorCodeWithText,
  SilentCode,
  WaitingMessages,
  Headline,
} from '../../messages/messages.ts'

/** How a customer is known at a till. */
export type TillKind = Exclude<PayerKind, 'provider_form'>

type SaidAtTill =
  | ErrorCodeWithText
  | SilentCode
  | 'wrong_code'
  | 'invalid_national_id'
  | 'invalid_app_code'
  | 'invalid_code'
  | 'code_not_expected'
  | 'not_supported'

/** Everything that a cashier reads. */
export interface TillMessages extends WaitingMessages {
  readonly errors: Readonly<Record<SaidAtTill, string>>
  /** The name of a way to know the customer, what it means, and what stands before it when it is in use. */
  readonly kinds: Readonly<Record<TillKind, { label: string; hint: string; used: string }>>
  readonly choose: string
  readonly send: string
  readonly code: string
  readonly codeHint: string
  readonly codeHelp: string
  readonly giveCode: string
  readonly checkingCode: string
  readonly wrongCode: string
  readonly triesLeft: (tries: number) => string
  readonly nextSale: string
  readonly ready: Headline
}
