import { parseAppCode, parseNationalId, parsePhone } from '../../server/protocol/index.ts'
import type { ActionBody } from '../checkout-client.ts'
import { groupPhone } from '../format.ts'
import type { TillKind } from './messages/messages.ts'

/** Somebody who can be asked, and how the number is read aloud. */
export interface Customer {
  readonly kind: TillKind
  readonly wish: ActionBody
  readonly grouped: string
}

/** Reads what was typed or scanned. No text means two things: `500004…` is no day of any month. */
export function recognise(text: string): Customer | null {
  const phone = parsePhone(text)
  if (phone) return { kind: 'phone', wish: { phone }, grouped: groupPhone(phone) }
  const appCode = parseAppCode(text)
  if (appCode) return { kind: 'app_code', wish: { appCode }, grouped: split(appCode) }
  const nationalId = parseNationalId(text)
  if (!nationalId) return null
  return { kind: 'national_id', wish: { nationalId }, grouped: split(nationalId) }
}

/** `1111111119` → `111111-1119`, `500004abcd` → `500004-abcd` */
const split = (ten: string): string => `${ten.slice(0, 6)}-${ten.slice(6)}`
