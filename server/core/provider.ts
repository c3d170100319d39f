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
  /** In the currency's ISO 4217 minor unit. */
  readonly amount: number
  readonly currency: string
  /** Ours for this attempt; never used again. */
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

/** A callback as it came in. */
export interface ProviderCallback {
  /** The URL that we gave the provider, not the one that a proxy made of it. */
  readonly url: string
  readonly headers: Headers
  /** The bytes as received, because signatures are over bytes. */
  readonly body: Uint8Array
}

/** The ids that a callback carries. */
export interface CallbackIdentifiers {
  readonly providerRef: string | null
  /**
   * The payment's own id, where the provider sends it beside or instead of the request's. It identifies nothing here: the
   * token in the URL does.
   */
  readonly paymentRef: string | null
  readonly reference: string | null
  /** The callback says that the payer approved: a hint what to poll for, never evidence. */
  readonly saysApproved: boolean
  /** Proven to be the provider's. Only then may it supply the id of a request whose answer was lost. */
  readonly signed: boolean
}

/** The code of an answer that rejects our credentials, so that nothing else of the request was looked at. */
export const credentialsRefused = 'credentials_refused'

/** The code of an answer whose signature is wrong, or missing where there should be one: anybody may have sent it. */
export const wrongSignature = 'wrong_signature'

/** A payment request that has its provider's id, as every later call about it needs it. */
export interface PaymentHandle {
  readonly providerRef: string
  /** Ours for the attempt, as it was sent. */
  readonly reference: string
  /** As it was when the attempt was started. */
  readonly captureMethod: CaptureMethod
  /** A proven callback has just said that the payer approved. */
  readonly saysApproved?: boolean
  /** What that callback is about can only be a reservation yet: nothing has asked for its capture. */
  readonly isReservationDue?: boolean
}

/**
 * The port that every payment provider implements. The core knows no provider by name or code.
 *
 * Methods never throw or reject because of the provider or the network: a failure is a result too (`not_sent`, `unknown`),
 * and says whether the call may have had an effect. Each result carries its evidence: the call and the provider's code
 * that it was read from. What the provider's documents do not settle is `unknown`: an adapter never guesses an end or a
 * payment, and quotes beside each branch the document (`[name] …`) or the dated observation that the branch relies on.
 *
 * Amounts are integers in the currency's ISO 4217 minor unit, times and durations are in milliseconds.
 */
export interface Provider {
  /** As orders and callback URLs name it. */
  readonly name: string
  /** The version of its API, e.g. `v1`; attempts remember it with the `account`. */
  readonly api: string
  /** Distinguishes sets of credentials without containing any; a rotated secret is the same account. */
  readonly account: string
  /** The base URL of its API, which distinguishes two configurations of one account. */
  readonly apiUrl: string
  /**
   * What a payer's approval does in a request that is started now. Unless it is `automatic`, a payment that is not known
   * here can never take money.
   */
  captureMethodFor(kind: PayerKind): CaptureMethod
  /**
   * Whether `start` reaches a person, e.g. by a push notification. Where it does not, no one can approve a request whose
   * answer was lost, and another one may be sent at once.
   */
  readonly startNotifiesPayer: boolean
  /** False: a request ends by its payer or by itself, and `cancel` is never called. */
  readonly canCancel: boolean
  /** A cancellation that arrives late undoes a payment that was made meanwhile, instead of being refused. */
  readonly cancelUndoesPayments: boolean
  /** How a payer may be identified on each channel; none: the channel is not supported. */
  readonly payers: Readonly<Record<Channel, readonly PayerKind[]>>
  /** How long the provider itself waits for such a payer, in milliseconds; absent: as configured. */
  readonly approvalTimeoutMs: Readonly<Partial<Record<PayerKind, number>>>
  /**
   * Checks an order before it is stored, without a call.
   *
   * @returns What the provider would reject, in its own words and with the place, e.g. `items[0].amount: …`; empty: nothing.
   */
  validateOrder(order: Order, options: Readonly<Record<string, unknown>> | null): readonly string[]
  /**
   * Sends a payment request. Called at most once for each attempt, after the attempt is stored.
   *
   * @returns `requested`, `refused`, `not_sent` (certainly without effect) or `unknown`.
   */
  start(request: PaymentRequest): Promise<ProviderResult>
  /** Reads the state of a request. Has no effect and may be repeated at any time. */
  check(payment: PaymentHandle): Promise<ProviderResult>
  /** Takes the reserved money. Idempotent: repeated, it must never make a second payment. */
  capture(payment: PaymentHandle): Promise<ProviderResult>
  /** Submits the code from the payer's SMS. Only called after a `pending` result with `next: 'awaiting_code'`. */
  submitCode(payment: PaymentHandle, code: string): Promise<ProviderResult>
  /**
   * Requests cancellation. The result says whether that was in time; `too_late_to_cancel` is no payment yet. Where the adapter has
   * asked for proof, it returns `paid`.
   */
  cancel(payment: PaymentHandle): Promise<ProviderResult>
  /** Gives money back. Idempotent: the same key is the same refund. Null: refunds are not made from here. */
  readonly refund: ((refund: RefundRequest) => Promise<RefundResult>) | null
  /**
   * Parses and verifies a callback, without a call. Whatever it says only makes us poll.
   *
   * @returns Null if the callback is not the provider's.
   */
  parseCallback(callback: ProviderCallback): CallbackIdentifiers | null
  /** Ends open connections. No method is called afterwards. */
  close(): Promise<void>
}

/** How an attempt is captured: as it was started, whatever is configured now. */
export const captureMethodOf = (
  provider: Provider,
  { connection, payer }: Pick<Attempt, 'connection' | 'payer'>,
): CaptureMethod => connection?.captureMethod ?? provider.captureMethodFor(payer.kind)

/** The handle of an attempt for the provider that it was started with; null until it has the provider's id. */
export function handleOf(provider: Provider, attempt: Attempt): PaymentHandle | null {
  const { providerRef, reference } = attempt
  if (providerRef === null) return null
  return { providerRef, reference, captureMethod: captureMethodOf(provider, attempt) }
}

/** The handle after a proven callback which says that the payer approved. */
export function approvedHandleOf(provider: Provider, attempt: Attempt): PaymentHandle | null {
  const handle = handleOf(provider, attempt)
  if (!handle) return null
  const isReservationDue =
    handle.captureMethod !== 'automatic' && attempt.captureRequestedAt === null
  return { ...handle, saysApproved: true, isReservationDue }
}

export interface RefundRequest {
  /** The payment that is given back. */
  readonly providerRef: string
  /** In the minor unit. */
  readonly amount: number
  /** The same for every try of one refund. */
  readonly key: string
}

/** Every configured provider, and former accounts while attempts of these are open. */
export class Providers {
  readonly #byName = new Map<string, Provider>()
  readonly #all: readonly Provider[]

  /** The first of several with the same name serves new attempts. */
  constructor(providers: readonly Provider[]) {
    this.#all = providers
    for (const provider of providers)
      if (!this.#byName.has(provider.name)) this.#byName.set(provider.name, provider)
  }

  find(name: string): Provider | null {
    return this.#byName.get(name) ?? null
  }

  /** The provider of an order. One that is no longer configured answers nothing, so that its payments stay as they are. */
  of({ provider }: Pick<Order, 'provider'>): Provider {
    return this.find(provider) ?? unconfiguredProvider(provider)
  }

  /** Whether the API and account that an attempt was started with are still configured. */
  isConfigured(order: Pick<Order, 'provider'>, attempt: Pick<Attempt, 'connection'>): boolean {
    return this.for(order, attempt).api !== unconfigured
  }

  /**
   * The provider that an attempt was started with. An account whose API has moved is the same one at its new URL, unless the
   * former URL is still configured. One that is no longer configured answers nothing.
   */
  for(
    { provider }: Pick<Order, 'provider'>,
    { connection }: Pick<Attempt, 'connection'>,
  ): Provider {
    if (!connection) return this.of({ provider })
    const { api, account, apiUrl } = connection
    const ofAccount = this.#all.filter(
      (one) => one.name === provider && one.api === api && one.account === account,
    )
    return (
      ofAccount.find((one) => one.apiUrl === apiUrl) ??
      ofAccount[0] ??
      unconfiguredProvider(provider)
    )
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((provider) => provider.close()))
  }
}

const unconfigured = 'none'

function unconfiguredProvider(name: string): Provider {
  const evidence = { call: 'none', code: 'provider_not_configured', referenceId: null }
  const unknown = () =>
    Promise.resolve<ProviderResult>({ type: 'unknown', effect: false, evidence })
  return {
    name,
    api: unconfigured,
    account: '',
    apiUrl: '',
    captureMethodFor: () => 'automatic',
    startNotifiesPayer: true,
    canCancel: false,
    cancelUndoesPayments: false,
    payers: { web: [], pos: [] },
    approvalTimeoutMs: {},
    validateOrder: () => [],
    start: () => Promise.resolve({ type: 'not_sent', evidence }),
    check: unknown,
    capture: unknown,
    submitCode: unknown,
    cancel: unknown,
    refund: null,
    parseCallback: () => null,
    close: () => Promise.resolve(),
  }
}
