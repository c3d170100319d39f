import { hash, timingSafeEqual } from 'node:crypto'
import type { ProviderCallback, CallbackIdentifiers } from '../../../core/provider.ts'
import { readOr } from '../../fields.ts'
import { readCallback } from './fields.ts'

/**
 * [netgiro] callbacks, V2: `X-Netgiro-Signature` = SHA256(SecretKey + TransactionId + TotalAmount). It covers neither the
 * outcome nor the reference, so a captured signature could be replayed with "paid". The callback is a hint to poll, and
 * where to.
 */
export function parseCallback(
  secretKey: string,
  { headers, body }: Pick<ProviderCallback, 'headers' | 'body'>,
): CallbackIdentifiers | null {
  const text = Buffer.from(body).toString('utf8')
  const callback = readCallback(text)
  const providerRef = callback && readOr(callback.TransactionId)
  const total = callback && readOr(callback.TotalAmount)
  if (!providerRef || total === null) return null
  const signature = headers.get('x-netgiro-signature') ?? ''
  const isSigned = amountsIn(text, total).some((amount) =>
    isSame(signature, hash('sha256', secretKey + providerRef + amount, 'hex')),
  )
  if (!isSigned) return null
  const { ReferenceNumber, Success, Message } = callback
  // [netgiro] callbacks: Message is "Success" or "Canceled".
  const saysApproved = Success === true && Message !== 'Canceled'
  const ids = { providerRef, paymentRef: null, reference: readOr(ReferenceNumber) }
  return { ...ids, saysApproved, signed: true }
}

/**
 * The texts that TotalAmount may have had when it was signed. It is a .NET decimal, which keeps its trailing zeros: 1990 and
 * 1990.0 are one number and two texts, which JSON.parse cannot distinguish. So both the text in the raw body and the number's
 * usual notation are tried, in case it was signed before it was serialized.
 */
function amountsIn(body: string, amount: number): readonly string[] {
  const written = [...body.matchAll(/"totalAmount"\s*:\s*([-+.\dE]+)/gi)].map(([, raw = '']) => raw)
  return [...written.filter((raw) => Number(raw) === amount), String(amount)]
}

/** [netgiro] the case of the hex digits is not documented. */
function isSame(theirs: string, ours: string): boolean {
  const [one, other] = [Buffer.from(theirs.toLowerCase()), Buffer.from(ours)]
  return one.length === other.length && timingSafeEqual(one, other)
}
