import { hash, timingSafeEqual } from 'node:crypto'
import type { ProviderCallback, CallbackIdentifiers } from '../../../core/provider.ts'
import { readOr } from '../../fields.ts'
import { readNotice } from './fields.ts'

/**
 * [netgiro] callbacks, V2: `X-Netgiro-Signature` = SHA256(SecretKey + TransactionId + TotalAmount). It covers neither the
 * outcome nor the reference: whoever has seen one could say "paid" with it, so it is good for a doorbell and for what to ask then.
 */
export function parseCallback(
  secretKey: string,
  { headers, body }: Pick<ProviderCallback, 'headers' | 'body'>,
): CallbackIdentifiers | null {
  const text = Buffer.from(body).toString('utf8')
  const notice = readNotice(text)
  const providerRef = notice && readOr(notice.TransactionId)
  const total = notice && readOr(notice.TotalAmount)
  if (!providerRef || total === null) return null
  const signature = headers.get('x-netgiro-signature') ?? ''
  const isOurs = amountsIn(text, total).some((amount) =>
    isSame(signature, hash('sha256', secretKey + providerRef + amount, 'hex')),
  )
  if (!isOurs) return null
  const { ReferenceNumber, Success, Message } = notice
  // [netgiro] callbacks: Message is "Success" or "Canceled".
  const saysApproved = Success === true && Message !== 'Canceled'
  const names = { providerRef, paymentRef: null, reference: readOr(ReferenceNumber) }
  return { ...names, saysApproved, signed: true }
}

/**
 * The texts that TotalAmount may have had when it was signed. It is a .NET decimal, which keeps the zeros it was made with:
 * 1990 and 1990.0 are the same number and two texts, and JSON.parse tells them no longer apart. So it is taken as it stands in
 * the raw body, and as a number is usually written, in case it was signed before it was put into words there.
 */
function amountsIn(body: string, amount: number): readonly string[] {
  const written = [...body.matchAll(/"totalAmount"\s*:\s*([-+.\dE]+)/gi)].map(([, raw = '']) => raw)
  return [...written.filter((raw) => Number(raw) === amount), String(amount)]
}

/** [netgiro] the case of the hex is not said. */
function isSame(theirs: string, ours: string): boolean {
  const [one, other] = [Buffer.from(theirs.toLowerCase()), Buffer.from(ours)]
  return one.length === other.length && timingSafeEqual(one, other)
}
