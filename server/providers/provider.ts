import type {
  Channel,
  Item,
  Order,
  PayerRequest,
  ProviderFact,
  RefundFact,
} from '../checkout/checkout.ts'
import type { PayerKind } from '../protocol.ts'

/** What a provider needs to ask a payer for money. */
export interface PaymentRequest {
  readonly amount: number
  readonly currency: string
  /** Ours for this attempt; unique for ever. */
  readonly reference: string
  readonly description: string | null
  readonly items: readonly Item[]
  readonly locationId: string | null
  readonly registerId: string | null
  readonly payer: PayerRequest
  /** What the shop gave for this provider alone (see `Order`); null where it gave nothing. */
  readonly options: Readonly<Record<string, unknown>> | null
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

/** What a callback names. */
export interface DoorbellNames {
  readonly providerRef: string | null
  readonly reference: string | null
  /** Proven to be the provider's: only then may it tell the name of a payment that we lost. */
  readonly signed: boolean
}

/**
 * The port. The heart speaks to every provider through these and knows none by name or code. No method throws for
 * what a provider or the network does: trouble is a fact too (`not_sent`, `unknown`), and it says whether the call
 * may have had an effect.
 */
export interface Provider {
  /** The `provider` of its orders and of its callback URLs. */
  readonly name: string
  /**
   * What the shopper's approval does: takes the money at once, only reserves until `confirm`, or reserves until our
   * answer to the callback. Where it only reserves, a payment that nobody knows of can never take money.
   */
  readonly approval: 'takes_money' | 'awaits_confirm' | 'awaits_callback_answer'
  /**
   * Whether `start` touches a person (a push goes out). Where it is silent, a request whose answer was lost is nobody's:
   * none can approve it, and another may be made at once.
   */
  readonly startTouchesPayer: boolean
  /** Where not, a request ends by its payer or by itself, whatever anyone wishes; `cancel` is never called. */
  readonly canCancel: boolean
  /** How a payer may be known, on each channel; nothing: the channel is not for this provider. */
  readonly payers: Readonly<Record<Channel, readonly PayerKind[]>>
  /** How long the provider itself waits for such a payer, in milliseconds; absent: as configured. */
  readonly windowMs: Readonly<Partial<Record<PayerKind, number>>>
  /** What the provider would refuse about an order, in its own words, with the place: known before anything is sent. */
  objections(order: Order, options: Readonly<Record<string, unknown>> | null): readonly string[]
  /** Asks the payer: never called twice for one attempt. */
  start(request: PaymentRequest): Promise<ProviderFact>
  /** Asks how it stands; has no effect and may be repeated. */
  check(providerRef: string): Promise<ProviderFact>
  /** Turns a reservation into a payment; the provider makes one payment however often it is asked. `code`: the payer's, from the SMS. */
  confirm(providerRef: string, code?: string): Promise<ProviderFact>
  /** Asks to call it off; the answer says whether that was in time. */
  cancel(providerRef: string): Promise<ProviderFact>
  /** Gives money back. May be repeated with the same key, which makes one refund of it; null: not from here. */
  readonly refund: ((refund: RefundRequest) => Promise<RefundFact>) | null
  /** Judges a callback. Null: not the provider's. It decides nothing. */
  readDoorbell(doorbell: Doorbell): DoorbellNames | null
  close(): Promise<void>
}

export interface RefundRequest {
  readonly providerRef: string
  readonly amount: number
  /** The same for every try of one refund. */
  readonly key: string
}

/** Every provider that orders may name. */
export class Providers {
  readonly #byName: ReadonlyMap<string, Provider>

  constructor(providers: readonly Provider[]) {
    this.#byName = new Map(providers.map((provider) => [provider.name, provider]))
  }

  find(name: string): Provider | null {
    return this.#byName.get(name) ?? null
  }

  /** Of an order that was taken; one that is not configured any more answers nothing, so its payments stay as they are. */
  of({ provider }: Pick<Order, 'provider'>): Provider {
    return this.find(provider) ?? absent(provider)
  }

  async close(): Promise<void> {
    await Promise.all([...this.#byName.values()].map((provider) => provider.close()))
  }
}

function absent(name: string): Provider {
  const evidence = { call: 'none', code: 'provider_not_configured', referenceId: null }
  const silence = () => Promise.resolve<ProviderFact>({ type: 'unknown', effect: false, evidence })
  return {
    name,
    approval: 'takes_money',
    startTouchesPayer: true,
    canCancel: false,
    payers: { web: [], pos: [] },
    windowMs: {},
    objections: () => [],
    start: () => Promise.resolve({ type: 'not_sent', evidence }),
    check: silence,
    confirm: silence,
    cancel: silence,
    refund: null,
    readDoorbell: () => null,
    close: () => Promise.resolve(),
  }
}
