import type {
  CaptureMethod,
  Attempt,
  Channel,
  Item,
  Order,
  PayerRequest,
  ProviderResult,
  RefundResult,
} from './checkout.ts'
import type { PayerKind } from '../protocol/index.ts'

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
export interface ProviderCallback {
  /** The URL that we gave the provider, not the one that a proxy made of it. */
  readonly url: string
  readonly headers: Headers
  readonly body: Uint8Array
}

/** What a callback names. */
export interface CallbackIdentifiers {
  readonly providerRef: string | null
  /**
   * The payment's own id, where the provider tells it beside or instead of the request's. It identifies nothing here:
   * the token in the URL does.
   */
  readonly paymentRef: string | null
  readonly reference: string | null
  /** The callback says that the payer approved. A hint for what to ask; it decides nothing. */
  readonly saysApproved: boolean
  /** Proven to be the provider's: only then may it tell the name of a payment that we lost. */
  readonly signed: boolean
}

/** The code of an answer that refuses our credentials: nothing else was looked at. */
export const credentialsRefused = 'credentials_refused'

/** A payment request that the provider has named, as every later call about it needs it. */
export interface PaymentHandle {
  readonly providerRef: string
  /** Ours for the attempt, as it was sent. */
  readonly reference: string
  /** As it was when the attempt was started. */
  readonly captureMethod: CaptureMethod
  /** A proven callback has just said that the payer approved. */
  readonly saysApproved?: boolean
}

/**
 * The port. The heart speaks to every provider through these and knows none by name or code. No method throws for
 * what a provider or the network does: trouble is a fact too (`not_sent`, `unknown`), and it says whether the call
 * may have had an effect.
 */
export interface Provider {
  /** The `provider` of its orders and of its callback URLs. */
  readonly name: string
  /** Its API, e.g. `v1`: with `account` what an attempt remembers of how it was started. */
  readonly api: string
  /** Tells one set of credentials from another and holds none of them; a rotated secret is the same account. */
  readonly account: string
  /**
   * What the approval of a payer does in a request that is started now. Where it only reserves, a payment that is not
   * known here can never take money.
   */
  captureMethodFor(kind: PayerKind): CaptureMethod
  /**
   * Whether `start` touches a person (a push goes out). Where it is silent, a request whose answer was lost is nobody's:
   * none can approve it, and another may be made at once.
   */
  readonly startNotifiesPayer: boolean
  /** Where not, a request ends by its payer or by itself, whatever anyone wishes; `cancel` is never called. */
  readonly canCancel: boolean
  /** How a payer may be known, on each channel; nothing: the channel is not for this provider. */
  readonly payers: Readonly<Record<Channel, readonly PayerKind[]>>
  /** How long the provider itself waits for such a payer, in milliseconds; absent: as configured. */
  readonly approvalTimeoutMs: Readonly<Partial<Record<PayerKind, number>>>
  /** What the provider would refuse about an order, in its own words, with the place: known before anything is sent. */
  validateOrder(order: Order, options: Readonly<Record<string, unknown>> | null): readonly string[]
  /** Asks the payer: never called twice for one attempt. */
  start(request: PaymentRequest): Promise<ProviderResult>
  /** Asks how it stands; has no effect and may be repeated. */
  check(payment: PaymentHandle): Promise<ProviderResult>
  /** Takes the money that is reserved; the provider makes one payment however often it is asked. */
  capture(payment: PaymentHandle): Promise<ProviderResult>
  /** Hands over the code that the payer got by SMS; called only after the provider said that it waits for one. */
  submitCode(payment: PaymentHandle, code: string): Promise<ProviderResult>
  /** Asks to call it off; the answer says whether that was in time. */
  cancel(payment: PaymentHandle): Promise<ProviderResult>
  /** Gives money back. May be repeated with the same key, which makes one refund of it; null: not from here. */
  readonly refund: ((refund: RefundRequest) => Promise<RefundResult>) | null
  /** Judges a callback. Null: not the provider's. It decides nothing. */
  parseCallback(callback: ProviderCallback): CallbackIdentifiers | null
  close(): Promise<void>
}

/** How to speak about an attempt to the provider that it was started with; null until the provider has named it. */
export function handleOf(
  provider: Provider,
  { providerRef, reference, payer, connection }: Attempt,
): PaymentHandle | null {
  if (providerRef === null) return null
  const captureMethod = connection?.captureMethod ?? provider.captureMethodFor(payer.kind)
  return { providerRef, reference, captureMethod }
}

export interface RefundRequest {
  readonly providerRef: string
  readonly amount: number
  /** The same for every try of one refund. */
  readonly key: string
}

/** Every provider that orders may name, and former accounts of theirs while attempts of these are open. */
export class Providers {
  readonly #byName = new Map<string, Provider>()
  readonly #all: readonly Provider[]

  /** Of several with one name the first is for new attempts. */
  constructor(providers: readonly Provider[]) {
    this.#all = providers
    for (const provider of providers)
      if (!this.#byName.has(provider.name)) this.#byName.set(provider.name, provider)
  }

  find(name: string): Provider | null {
    return this.#byName.get(name) ?? null
  }

  /** Of an order that was taken; one that is not configured any more answers nothing, so its payments stay as they are. */
  of({ provider }: Pick<Order, 'provider'>): Provider {
    return this.find(provider) ?? unconfiguredProvider(provider)
  }

  /** Whether the API and account that an attempt was started with are still configured. */
  isConfigured(order: Pick<Order, 'provider'>, attempt: Pick<Attempt, 'connection'>): boolean {
    return this.for(order, attempt).api !== unconfigured
  }

  /** The one that an attempt was started with; one that is not configured any more answers nothing. */
  for(
    { provider }: Pick<Order, 'provider'>,
    { connection }: Pick<Attempt, 'connection'>,
  ): Provider {
    if (!connection) return this.of({ provider })
    const { api, account } = connection
    return (
      this.#all.find(
        (one) => one.name === provider && one.api === api && one.account === account,
      ) ?? unconfiguredProvider(provider)
    )
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((provider) => provider.close()))
  }
}

const unconfigured = 'none'

function unconfiguredProvider(name: string): Provider {
  const evidence = { call: 'none', code: 'provider_not_configured', referenceId: null }
  const silence = () =>
    Promise.resolve<ProviderResult>({ type: 'unknown', effect: false, evidence })
  return {
    name,
    api: unconfigured,
    account: '',
    captureMethodFor: () => 'automatic',
    startNotifiesPayer: true,
    canCancel: false,
    payers: { web: [], pos: [] },
    approvalTimeoutMs: {},
    validateOrder: () => [],
    start: () => Promise.resolve({ type: 'not_sent', evidence }),
    check: silence,
    capture: silence,
    submitCode: silence,
    cancel: silence,
    refund: null,
    parseCallback: () => null,
    close: () => Promise.resolve(),
  }
}
