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
  secrets: readonly string[],
  { headers, body }: Pick<ProviderCallback, 'headers' | 'body'>,
): CallbackIdentifiers {
  const text = Buffer.from(body).toString('utf8')
  const callback = readCallback(text)
  if (!callback) return unreadable
  const { ReferenceNumber, Success, Message } = callback
  const [providerRef, total] = [readOr(callback.TransactionId), readOr(callback.TotalAmount)]
  const given = headers.get('x-netgiro-signature') ?? ''
  const isSigned =
    providerRef !== null &&
    total !== null &&
    amountsIn(text, total).some((amount) =>
      secrets.some((secret) => isSame(given, hash('sha256', secret + providerRef + amount, 'hex'))),
    )
  return {
    ...{ providerRef, paymentRef: null, reference: readOr(ReferenceNumber) },
    // [netgiro] callbacks: Message is "Success" or "Canceled".
    saysApproved: Success === true && Message !== 'Canceled',
    signature: isSigned ? 'valid' : 'invalid',
  }
}

const unreadable: CallbackIdentifiers = {
  ...{ providerRef: null, paymentRef: null, reference: null },
  saysApproved: false,
  signature: 'invalid',
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
