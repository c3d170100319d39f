import type { CallbackRetries } from '../core/callback-retries.ts'
import type { Callbacks } from '../core/callbacks.ts'
import type { Checkout } from '../core/checkout.ts'
import type { Checkouts } from '../core/checkouts.ts'
import type { IssueReceipt } from '../core/receipt.ts'
import type { Refunds } from '../core/refunds.ts'
import type { OutboxStore } from '../core/store.ts'
import type { Log } from '../log.ts'
import type { Snapshot } from '../protocol/index.ts'
import type { KeysInFlight } from './idempotency.ts'
import type { ErrorToResponse } from './problem.ts'
import type { RequestLimit } from './request-limit.ts'
import type { SseHub } from './sse.ts'

/** The part of the server that is one merchant's, as requests need it. */
export interface Merchant {
  readonly id: string
  /** The origins whose pages may use its sessions. */
  readonly origins: ReadonlySet<string>
  readonly checkouts: Checkouts
  readonly callbacks: Callbacks
  readonly refunds: Refunds
  readonly outbox: OutboxStore
  readonly sse: SseHub
  readonly toSnapshot: (checkout: Checkout) => Snapshot
  readonly receipt: IssueReceipt
  /** Keyed hashes of a text: the newest key first, then those being rotated out. */
  readonly hmacAll: (text: string) => readonly string[]
  /** Creations that are in progress, by their idempotency keys. */
  readonly keysInFlight: KeysInFlight
  readonly requestLimit: RequestLimit
  /** The header with underscores in which its callbacks are signed; null for APIs that use no such header. */
  readonly underscoredHeader: string | null
  /** Counts and logs what is refused as this merchant's. */
  readonly errorToResponse: ErrorToResponse
  readonly log: Log
  /** It stops, with the whole server or to start anew with changed settings. */
  readonly isDraining: () => boolean
}

/** A session is one merchant's, and so is its checkout. */
export interface FoundSession {
  readonly merchant: Merchant
  readonly checkout: Checkout
}

/**
 * Finds the merchant of a request by its credential, which opens nothing of another one's. A credential of one merchant that is
 * used for another is answered as an unknown one.
 */
export interface Merchants {
  /** Null: no merchant has this API key. */
  byApiKey(key: string): Promise<Merchant | null>
  /**
   * @param origin - of the page that uses the session; undefined where the request names none
   * @throws CheckoutError `unknown_session`, the same for unknown, foreign and ended sessions
   */
  bySession(session: string, origin: string | undefined): Promise<FoundSession>
  /** The same from memory alone; undefined where it is not there, or may have ended. */
  peekSession(session: string, origin: string | undefined): FoundSession | undefined
  /** Null: no attempt has this token in its callback URLs. */
  byCallbackToken(token: string): Promise<Merchant | null>
  /** Of callbacks that arrive while the database is away. */
  readonly callbackRetries: Pick<CallbackRetries, 'retry'>
}

/** What handlers find in the context of a request, once its credential was checked. */
export interface MerchantEnv {
  readonly Variables: { readonly merchant: Merchant }
}
