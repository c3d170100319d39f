import type { Limit, Usage } from './rate-limits.ts'
import type { Attempt, Checkout, EventType, Evidence } from './checkout.ts'

/** One line of a checkout's history. */
export interface HistoryEntry {
  readonly attemptId: string | null
  readonly version: number
  readonly at: number
  readonly type: string
  readonly evidence: Evidence | null
  /** How often the same input came again since without changing anything, and when last. */
  readonly repeats?: number
  readonly lastAt?: number | null
}

/** A webhook to be sent, stored in the same transaction as its change. */
export interface OutboxEvent {
  readonly id: string
  readonly checkoutId: string
  readonly type: EventType
  readonly at: number
  readonly body: string
}

/** A stored event and its place in the order of all events. */
export interface StoredEvent extends OutboxEvent {
  readonly seq: number
  readonly tries: number
  /** Null: delivered, given up, or set aside because no webhook URL was configured. */
  readonly nextTryAt: number | null
}

/** A page of the list of events. */
export interface EventPage {
  readonly events: readonly StoredEvent[]
  /** Where the next page begins. */
  readonly cursor: string
  readonly hasMore: boolean
  /**
   * The cursor is unknown, because the database was restored from a backup: the page begins with the oldest stored event, so
   * that none is missed. Events that the reader knows already keep their ids.
   */
  readonly restarted: boolean
}

/** A stored event with the state of its delivery. */
export interface TrackedEvent extends StoredEvent {
  readonly deliveredAt: number | null
}

/** Events that are to be sent. The oldest are of those that were never delivered. */
export interface Backlog {
  readonly undelivered: number
  readonly oldestAt: number | null
  /** When the oldest of each type happened; only types that have undelivered events. */
  readonly oldestByType: ReadonlyMap<string, number>
}

export type Created =
  | {
      readonly kind: 'created' | 'repeated'
      readonly checkout: Checkout
      /** Hashes of the sessions that had to make room for the new one. */
      readonly endedSessions: readonly string[]
    }
  | { readonly kind: 'key_reused' }
  | { readonly kind: 'reference_taken'; readonly checkoutId: string }

/** The shop's key of a creation, and a fingerprint of its body. */
export interface IdempotencyKey {
  readonly key: string
  readonly fingerprint: string
  /** Fingerprints of the same body under former keys, which the database may hold instead. */
  readonly formerFingerprints?: readonly string[]
}

/** Who is about to be sent a payment request, and from where; both as keyed hashes. */
export interface PaymentRequestLog {
  readonly attemptId: string
  readonly phone: string
  /** Every hash that the same phone may be stored under, including `phone`: the key may have been rotated. */
  readonly phones: readonly string[]
  readonly address: string | null
  readonly at: number
}

/** An open attempt whose request went to a phone. */
export interface OpenToPhone {
  readonly checkoutId: string
  readonly attemptId: string
  /** From where it was sent, as a keyed hash; null: unknown, or a point of sale. */
  readonly address: string | null
}

/** Why no request may be sent now. */
export interface StartRefusal {
  readonly because: 'phone_busy' | 'too_many'
  /** When to try again, in Unix milliseconds; Infinity: never, for this checkout. */
  readonly until: number
  /** The limit that was reached. */
  readonly limit: Limit
}

/** `stale`: another writer was faster; load again. */
export type Begun = 'begun' | 'stale' | StartRefusal

/** `stale`: another writer was faster; load again. `ref_taken`: another attempt has the provider's id of this one. */
export type Saved = 'saved' | 'stale' | 'ref_taken'

/** An open checkout that is not being closed, and the end of its lifetime. */
export interface Expiry {
  readonly id: string
  readonly expiresAt: number
}

/** An ended attempt whose payment may still turn up. */
export interface LateCheck {
  readonly checkoutId: string
  readonly attemptId: string
  readonly endedAt: number
}

/** What is known of a checkout whose reference is not; null: nothing. */
export interface CheckoutSearch {
  /** Any of these, in the minor unit of the currency. */
  readonly amounts: readonly { readonly amount: number; readonly currency: string }[] | null
  /** Any of these payers, masked as they are stored. */
  readonly payers: readonly string[] | null
  /** When the checkout was created or a payment was requested. */
  readonly from: number | null
  readonly until: number | null
}

export interface SaveOptions {
  /**
   * The change follows from an answer of a provider or the shop, which may not come again: it waits in memory until it is
   * stored, however long a full disk or another program prevents that. Any other change is rejected after a while with a
   * `CheckoutError` of code `temporarily_unavailable`. Default: whether an entry has evidence, thus a provider's answer.
   */
  readonly mustPersist?: boolean
}

/**
 * The port of the database for the checkouts of one merchant; those of others are not found. Times are in milliseconds since 1970-01-01 UTC. Every method that writes does so
 * in one transaction, which is durable when its promise resolves. Writes reject with a `CheckoutError` of code
 * `temporarily_unavailable` after a while in which the database takes none, unless they must land.
 */
export interface CheckoutStore {
  /**
   * Stores a new checkout and its session. The same creation again, by idempotency key or by reference, finds the stored
   * checkout and only adds the session, which replaces the oldest one if there are many.
   */
  create(
    checkout: Checkout,
    sessionHash: string,
    idempotency: IdempotencyKey | null,
  ): Promise<Created>
  load(id: string): Promise<Checkout | null>
  /** The versions of those that exist. */
  versionsOf(ids: readonly string[]): Promise<ReadonlyMap<string, number>>
  /** Those that have a session. */
  withSessions(ids: readonly string[]): Promise<ReadonlySet<string>>
  /** The id of the checkout of a session. */
  findBySession(hash: string): Promise<string | null>
  /** Ends every session of a checkout and returns their hashes. */
  revokeSessions(checkoutId: string): Promise<readonly string[]>
  /** When the newest entry of its history was written. */
  lastChangeAt(checkoutId: string): Promise<number | null>
  /** The newest checkout of a shop's reference. */
  findByReference(reference: string): Promise<Checkout | null>
  /** The attempt whose callback URLs have this token. */
  findByToken(
    token: string,
  ): Promise<{ readonly checkoutId: string; readonly attempt: Attempt } | null>
  /** Oldest first. */
  history(id: string): Promise<readonly HistoryEntry[]>
  /**
   * Writes a changed checkout, its history entries (of one attempt, oldest first) and its events, if the stored version is
   * the one before the entries. Without entries the change only counts a repetition under the same version; `before` then
   * says what must still be stored. With `before`, only what differs from it is written.
   */
  save(
    checkout: Checkout,
    entries: readonly HistoryEntry[],
    events: readonly OutboxEvent[],
    before?: Checkout,
    options?: SaveOptions,
  ): Promise<Saved>
  /** Counts that the newest history entry of this type came once more and changed nothing. */
  countRepeat(checkoutId: string, type: string, at: number): Promise<void>
  /**
   * Saves the start of an attempt and counts it against the limits of its phone and address.
   *
   * @param checkLimits - called inside the transaction with what was sent before; a refusal writes nothing.
   */
  begin(
    before: Checkout,
    checkout: Checkout,
    entry: HistoryEntry,
    paymentRequest: PaymentRequestLog,
    checkLimits: (usage: Usage) => StartRefusal | null,
  ): Promise<Begun>
  /** Attempts, in any checkout, whose request to one of these phones is not known to be over. */
  openToPhone(phones: readonly string[]): Promise<readonly OpenToPhone[]>
  /** Ids of checkouts whose predecessor has been paid since, and that have not been updated for it yet. */
  overtaken(limit: number): Promise<readonly string[]>
  /** Checkouts with an open attempt, of these partitions alone where several servers share the database. */
  unfinished(partitions?: readonly number[] | null): Promise<readonly Checkout[]>
  /**
   * Checkouts with a pending refund, by id: those that this server acts on.
   *
   * @param after - the last id of the page before; '' for the first
   * @param everywhere - also those that other servers of the database act on: to be shown, never to be settled
   */
  refunding(after: string, limit: number, everywhere?: boolean): Promise<readonly Checkout[]>
  /** Checkouts with a reason for a review that nobody has closed, the newest first. */
  inReview(page: { readonly limit: number; readonly offset: number }): Promise<readonly Checkout[]>
  /** How many there are, those that refunds have settled since included. */
  countInReview(): Promise<number>
  /** Checkouts that everything in this search applies to, the newest first. */
  search(wanted: CheckoutSearch, limit: number): Promise<readonly Checkout[]>
  /** Every checkout of a shop's reference, in whatever case it was written, the newest first. */
  withReference(reference: string, limit: number): Promise<readonly Checkout[]>
  /** The checkout with a payment request that the provider knows by this id. */
  findByProviderRef(providerRef: string): Promise<Checkout | null>
  /** Checkouts that were paid since then after they had been given up, the newest payment first. */
  paidLate(since: number, limit: number): Promise<readonly Checkout[]>
  /** Open checkouts that are not being closed, the one whose lifetime ends first at the front. */
  firstToExpire(limit: number): Promise<readonly Expiry[]>
  /** Ended attempts that are due to be checked for a late payment. */
  lateChecks(now: number, limit: number): Promise<readonly LateCheck[]>
  /** How many late checks are due. */
  countLateChecks(now: number): Promise<number>
  /** Schedules the next late check of an attempt; null: no more. */
  setLateCheck(checkoutId: string, attemptId: string, at: number | null): Promise<void>
  /** Pulls back times that a clock which was ahead has put into the future, of all merchants. Call it before any work is taken up. */
  correctFutureTimes(now: number): Promise<void>
  /** Deletes what is past its retention, of all merchants, in small steps between which other work has its turn, until none is left. */
  purge(now: number, options?: PurgeOptions): Promise<void>
}

export interface PurgeOptions {
  readonly signal?: AbortSignal
  /** Told the types of events that are deleted although the shop has never accepted them. */
  readonly onUndelivered?: (types: readonly string[]) => void
}

/** Asks the shop before an authorized payment is captured. */
export interface CaptureApproval {
  /** The shop's decision; its configured default where it does not answer in time. Never rejects. */
  approves(checkout: Checkout, attemptId: string): Promise<boolean>
}

/**
 * The port of the database for the webhooks of one merchant. Times are in milliseconds since 1970-01-01 UTC; errors as in
 * `CheckoutStore`.
 */
export interface OutboxStore {
  /** Events that are due, the longest waiting first. */
  due(now: number, limit: number): Promise<readonly StoredEvent[]>
  /** Due events of payments, reviews and refunds alone, the latest first: what the shop must act on now. */
  dueOutcomes(now: number, limit: number): Promise<readonly StoredEvent[]>
  /** When the next event after `now` is due; null if there is none. */
  nextDueAt(now: number): Promise<number | null>
  /** After the clock was set back: an event that was tried n times is due within `maxDelays[n]` ms from now. */
  correctFutureTimes(now: number, maxDelays: readonly number[]): Promise<void>
  /** Stops sending events that were never tried and happened before this; an earlier version stored them. */
  skipLegacy(before: number): Promise<void>
  /** How many events are skipped. */
  countSkipped(): Promise<number>
  /** Whether any delivery was ever tried. */
  hasTried(): Promise<boolean>
  /** Records a delivery. */
  delivered(id: string, at: number): Promise<void>
  /** Records the failed try of what was due, unless the event was resent meanwhile; `nextTryAt` null: given up. */
  failed(event: StoredEvent, nextTryAt: number | null): Promise<void>
  /** Events after a place in the order of all events. */
  after(seq: number, limit: number): Promise<readonly StoredEvent[]>
  /** The events after the cursor of an earlier page; '0' is the beginning. Null: not a cursor. */
  page(cursor: string, limit: number): Promise<EventPage | null>
  find(id: string): Promise<TrackedEvent | null>
  /** Oldest first. */
  eventsOf(checkoutId: string): Promise<readonly TrackedEvent[]>
  /**
   * Events that the shop did not accept, given up or tried again, newest first.
   *
   * @param withUntried - also those that wait for their first try, because none is made
   */
  unaccepted(limit: number, withUntried: boolean): Promise<readonly TrackedEvent[]>
  /** Delivers an event again from now on, under the same id and with all its tries. False: there is no such event. */
  resend(id: string, now: number): Promise<boolean>
  /** How often that was done, by whichever process. */
  countResends(): Promise<number>
  backlog(): Promise<Backlog>
}

/** Finds the merchant of what a request names; null: there is no such thing. */
export interface MerchantDirectory {
  readonly ofSession: (hash: string) => Promise<string | null>
  readonly ofCallback: (token: string) => Promise<string | null>
  readonly ofCheckout: (id: string) => Promise<string | null>
  readonly ofEvent: (id: string) => Promise<string | null>
  /** Merchants with anything that is not over: open checkouts, attempts or refunds, or events to be delivered. */
  readonly withOpenWork: () => Promise<readonly string[]>
}

/** A person who is logged in to the support page. */
export interface Login {
  /** The digest of the session in the cookie. */
  readonly hash: string
  /** The digest of the admin token, for those who have the key alone. */
  readonly sealedToken: string
  readonly expiresAt: number
}

/** The port of the database for logins to the support page. */
export interface LoginStore {
  readonly add: (login: Login) => Promise<void>
  /** The sealed token of the login; null: there is no such login, or it is over. */
  readonly sealedTokenOf: (hash: string, now: number) => Promise<string | null>
  readonly remove: (hash: string) => Promise<void>
}

/** Random ids and keyed hashes. */
export interface Secrets {
  /** An id that cannot be guessed. */
  readonly newId: (prefix: string) => string
  readonly newSession: () => string
  /** The hash that a session is stored under. */
  readonly sha256: (session: string) => string
  /** A keyed hash: the same text always gives the same, and reveals nothing without the key. */
  readonly hmac: (text: string) => string
  /** Every hash that the text may be stored under, the present one first: keys are rotated. */
  readonly hmacAll: (text: string) => readonly string[]
  /** Short and unique: the shopper's phone shows it behind the shop's reference. */
  readonly newSuffix: () => string
}
