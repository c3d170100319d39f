import type { PayerKind } from '../../../server/protocol/index.ts'
import type {
  LaterCode,
  ErrorCodeWithText,
  SilentCode,
  WaitingMessages,
  Headline,
} from '../../messages/messages.ts'

/** How a customer is identified at a point of sale. */
export type PosPayerKind = Exclude<PayerKind, 'provider_form'>

type PosErrorCode =
  | LaterCode
  | ErrorCodeWithText
  | SilentCode
  | 'wrong_code'
  | 'invalid_national_id'
  | 'invalid_app_code'
  | 'invalid_code'
  | 'code_not_expected'
  | 'not_supported'

/** All texts of `<netgiro-pos>`. */
export interface PosMessages extends WaitingMessages {
  readonly errors: Readonly<Record<PosErrorCode, string>>
  /** Label and hint of each kind of input, and the text in front of the masked value while waiting. */
  readonly kinds: Readonly<Record<PosPayerKind, { label: string; hint: string; used: string }>>
  readonly replace: string
  readonly choose: string
  readonly send: string
  readonly code: string
  readonly codeHint: string
  readonly codeHelp: string
  readonly submitCode: string
  readonly checkingCode: string
  readonly wrongCode: string
  readonly triesLeft: (tries: number) => string
  readonly nextSale: string
  /** Shown after 20 and after 45 seconds. */
  readonly help: readonly [string, string]
  readonly ready: Headline
}
