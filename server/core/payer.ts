import type { PayerKind } from '../protocol/index.ts'
import type { Payer, PayerRequest } from './checkout.ts'

/** Enough for the owner to recognize it, too little for anyone else; an app's code is not worth showing at all. */
const masks: Readonly<Record<PayerKind, (value: string) => string>> = {
  phone: (phone) => `•••${phone.slice(-4)}`,
  national_id: (id) => `••••••${id.slice(-4)}`,
  app_code: () => '••••',
  provider_form: () => '',
}

/** How a phone number and a national id that end in these four digits are stored. */
export const masksOfEnding = (digits: string): readonly string[] => [
  masks.phone(digits),
  masks.national_id(digits),
]

const valueOf = (payer: PayerRequest): string => ('value' in payer ? payer.value : '')

/** How a payer is stored: masked, and by a hash of `payerText`. */
export const payerOf = (payer: PayerRequest, hash: string): Payer => ({
  kind: payer.kind,
  masked: masks[payer.kind](valueOf(payer)),
  hash,
})

/** The text whose hash identifies the same payer. A provider's form does not reveal its payer, so each counts as another one. */
export function payerText(payer: PayerRequest, checkoutId: string): string {
  if (payer.kind === 'phone') return payer.value
  return `${payer.kind}:${valueOf(payer) || checkoutId}`
}
