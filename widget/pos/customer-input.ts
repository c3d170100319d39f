import { parseAppCode, parseNationalId, parsePhone } from '../../server/protocol/index.ts'
import type { ActionBody } from '../checkout-client.ts'
import { groupPhone } from '../format.ts'
import type { PosPayerKind } from './messages/messages.ts'

/** An identified customer: the body of the start request and the formatted text for the field. */
export interface CustomerInput {
  readonly kind: PosPayerKind
  readonly body: ActionBody
  readonly grouped: string
}

/** Parses typed or scanned text. The formats do not overlap: no kennitala begins with `500004`, which is not a date. */
export function parseCustomerInput(text: string): CustomerInput | null {
  const phone = parsePhone(text)
  if (phone) return { kind: 'phone', body: { phone }, grouped: groupPhone(phone) }
  const appCode = parseAppCode(text)
  if (appCode) return { kind: 'app_code', body: { appCode }, grouped: withHyphen(appCode) }
  const nationalId = parseNationalId(text)
  if (!nationalId) return null
  return { kind: 'national_id', body: { nationalId }, grouped: withHyphen(nationalId) }
}

/** `1111111119` → `111111-1119`, `500004abcd` → `500004-abcd` */
const withHyphen = (ten: string): string => `${ten.slice(0, 6)}-${ten.slice(6)}`
