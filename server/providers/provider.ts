import type { Item, ProviderFact } from '../checkout/checkout.ts'

/** What a provider needs to ask a payer for money. */
export interface PaymentRequest {
  readonly amount: number
  /** Ours for this attempt; unique for ever. */
  readonly reference: string
  readonly description: string | null
  readonly items: readonly Item[]
  readonly locationId: string | null
  readonly registerId: string | null
  readonly payer: { readonly kind: 'phone'; readonly value: string }
  readonly callbackUrl: string
  readonly cancelCallbackUrl: string
}

/** A callback as it came in; the body is the bytes as received, for signatures are over bytes. */
export interface Doorbell {
  /** The URL that we gave the provider, not the one that a proxy made of it. */
  readonly url: string
  readonly headers: Headers
  readonly body: Uint8Array
}

/**
 * The port. The heart speaks to every provider through these and knows none by name or code. No method throws for
 * what a provider or the network does: trouble is a fact too (`not_sent`, `unknown`), and it says whether the call
 * may have had an effect.
 */
export interface Provider {
  readonly name: string
  /**
   * What the shopper's approval does: takes the money at once, only reserves until `confirm`, or reserves until our
   * answer to the callback. Where it only reserves, a payment that nobody knows of can never take money.
   */
  readonly approval: 'takes_money' | 'awaits_confirm' | 'awaits_callback_answer'
  /** Asks the payer. Touches a person (a push goes out): never called twice for one attempt. */
  start(request: PaymentRequest): Promise<ProviderFact>
  /** Asks how it stands; has no effect and may be repeated. */
  check(providerRef: string): Promise<ProviderFact>
  /** Turns a reservation into a payment; the provider makes one payment however often it is asked. */
  confirm(providerRef: string): Promise<ProviderFact>
  /** Asks to call it off; the answer says whether that was in time. */
  cancel(providerRef: string): Promise<ProviderFact>
  /** Judges a callback. Null: not the provider's. It decides nothing; at most it tells the name of a payment that we lost. */
  readDoorbell(
    doorbell: Doorbell,
  ): { readonly providerRef: string | null; readonly reference: string | null } | null
  close(): Promise<void>
}
