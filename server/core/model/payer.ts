import type { PayerKind } from '../../protocol/index.ts'

/** Who is asked for the money, as a provider needs to know it. In memory only: it is never stored in clear. */
export type PayerRequest =
  | { readonly kind: 'phone' | 'national_id' | 'app_code'; readonly value: string }
  /** The provider's own form asks. */
  | { readonly kind: 'provider_form' }

/** Who was asked. Only the request itself carries the payer in clear. */
export interface Payer {
  readonly kind: PayerKind
  readonly masked: string
  /** A keyed hash: it identifies the same payer, and reveals nothing without the key. */
  readonly hash: string
}
