import type { PayerKind } from '../protocol/index.ts'
import type { Payer, PayerRequest } from './checkout.ts'

/** Enough for its owner to know it, too little for anybody else; of a code that is read out, nothing is worth keeping. */
const masks: Readonly<Record<PayerKind, (value: string) => string>> = {
  phone: (phone) => `•••${phone.slice(-4)}`,
  national_id: (id) => `••••••${id.slice(-4)}`,
  app_code: () => '••••',
  provider_form: () => '',
}

const valueOf = (payer: PayerRequest): string => ('value' in payer ? payer.value : '')

export const payerOf = (payer: PayerRequest, hash: string): Payer => ({
  kind: payer.kind,
  masked: masks[payer.kind](valueOf(payer)),
  hash,
})

/** What the same payer is known again by. A phone stands for itself; whoever a form asks is somebody else every time. */
export function payerText(payer: PayerRequest, checkoutId: string): string {
  if (payer.kind === 'phone') return payer.value
  return `${payer.kind}:${valueOf(payer) || checkoutId}`
}
