import type { Limit, Usage } from './rate-limits.ts'
import type { Attempt, Checkout, EventType, Evidence } from './checkout.ts'

/** One line of a checkout's history. */
export interface HistoryEntry {
  readonly attemptId: string | null
  readonly version: number
  readonly at: number
  readonly type: string
  readonly evidence: Evidence | null
  /** How often the same was said again since, without telling anything new; and when last. */
  readonly repeats?: number
  readonly lastAt?: number | null
}

/** What the shop is to be told, stored with the change that it tells of. */
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
}

/** A part of the feed of events. */
export interface EventPage {
  readonly events: readonly StoredEvent[]
  /** Where to go on. */
  readonly cursor: string
  readonly hasMore: boolean
  /**
   * The cursor is not one of this database, which was restored from a backup since: the page begins with the oldest event
   * that is kept, so that none is passed over. Those that are known already have the ids that they had.
   */
  readonly restarted: boolean
}

/** The same with what became of telling it. */
export interface TrackedEvent extends StoredEvent {
  /** Null: delivered, given up, or set aside because nobody was to be told. */
  readonly nextTryAt: number | null
  readonly deliveredAt: number | null
}

/** What is still to be told. */
export interface Backlog {
  readonly undelivered: number
  readonly oldestAt: number | null
  /** When the oldest of each type happened; types of which none is waiting are not there. */
  readonly oldestByType: ReadonlyMap<string, number>
}

export type Created =
  | {
      readonly kind: 'created' | 'repeated'
      readonly checkout: Checkout
      /** Hashes of those that had to make room for the new one. */
      readonly endedSessions: readonly string[]
    }
  | { readonly kind: 'key_reused' }
  | { readonly kind: 'reference_taken'; readonly checkoutId: string }

/** What the shop calls a creation, and what stands for its body. */
export interface IdempotencyKey {
  readonly key: string
  readonly fingerprint: string
  /** What may stand in the database for the same body, because the key of the fingerprints was another one. */
  readonly formerFingerprints?: readonly string[]
}

/** Who is about to be sent a request, and from where; both as keyed hashes. */
export interface PaymentRequestLog {
  readonly attemptId: string
  readonly phone: string
  /** Every hash that the same phone may stand under, the one in `phone` among them: the key may have been rotated. */
  readonly phones: readonly string[]
  readonly address: string | null
  readonly at: number
}

/** Why no request may go out now, and when it is worth asking again (Infinity: never, for this checkout). */
export interface StartRefusal {
  readonly because: 'phone_busy' | 'too_many'
  readonly until: number
  /** Which one was reached. */
  readonly limit: Limit
}

/** `stale`: somebody else was faster; load again. */
export type Begun = 'begun' | 'stale' | StartRefusal

/** `ref_taken`: the provider's name for the request belongs to another attempt. */
export type Saved = 'saved' | 'stale' | 'ref_taken'

export interface Expiry {
  readonly id: string
  readonly expiresAt: number
}

export interface LateCheck {
  readonly checkoutId: string
  readonly attemptId: string
  readonly endedAt: number
}

export interface SaveOptions {
  /**
   * The change comes of what a provider or a shop has answered: it waits in memory until it is on disk, however long other
   * programs or a full disk keep it from there. Anything else is refused after a while with `temporarily_unavailable`.
   * Default: whether an entry has evidence, which is what a provider has said.
   */
  readonly mustPersist?: boolean
}

export interface CheckoutStore {
  /** One transaction; equal creations find the one that is there and only add the session, in place of the oldest of many. */
  create(
    checkout: Checkout,
    sessionHash: string,
    idempotency: IdempotencyKey | null,
  ): Promise<Created>
  load(id: string): Promise<Checkout | null>
  findBySession(hash: string): Promise<string | null>
  /** Ends every session of a checkout; the hashes of those that there were. */
  revokeSessions(checkoutId: string): Promise<readonly string[]>
  /** When the newest entry of its history was written. */
  lastChangeAt(checkoutId: string): Promise<number | null>
  findByReference(reference: string): Promise<Checkout | null>
  findByToken(
    token: string,
  ): Promise<{ readonly checkoutId: string; readonly attempt: Attempt } | null>
  history(id: string): Promise<readonly HistoryEntry[]>
  /**
   * Writes the changes, their history entries (of one attempt, oldest first) and their events in one transaction, if the
   * stored version is still the one before them. Without entries the change only counts a repetition, under the same
   * version; so of what is counted, `before` says what must be there still.
   */
  save(
    checkout: Checkout,
    entries: readonly HistoryEntry[],
    events: readonly OutboxEvent[],
    before?: Checkout,
    options?: SaveOptions,
  ): Promise<Saved>
  /** The newest entry of this type was said once more and changed nothing. */
  countRepeat(checkoutId: string, type: string, at: number): Promise<void>
  /** The same for the start of an attempt, which counts against the budget of its phone and address and may be refused. */
  begin(
    checkout: Checkout,
    entry: HistoryEntry,
    paymentRequest: PaymentRequestLog,
    judge: (usage: Usage) => StartRefusal | null,
  ): Promise<Begun>
  /** Attempts, in any checkout, whose request to one of these phones is not known to be over. */
  openToPhone(
    phones: readonly string[],
  ): Promise<readonly { readonly checkoutId: string; readonly attemptId: string }[]>
  /** Checkouts that replaced one which has been paid since, and that do not know it yet. */
  overtaken(limit: number): Promise<readonly string[]>
  /** Those with an attempt that is not known to be over. */
  unfinished(): Promise<readonly Checkout[]>
  /** Those with a refund that is not settled, by their ids. `after`: the last id of the page before; '' for the first. */
  refunding(after: string, limit: number): Promise<readonly Checkout[]>
  /** Open checkouts, the one whose lifetime ends first at the front. */
  firstToExpire(limit: number): Promise<readonly Expiry[]>
  /** Attempts that were given up and whose payment may still turn up. */
  lateChecks(now: number, limit: number): Promise<readonly LateCheck[]>
  /** How many of them are due. */
  countLateChecks(now: number): Promise<number>
  /** Null: not any more. */
  setLateCheck(attemptId: string, at: number | null): Promise<void>
  /** Brings back what a clock that was ahead has put into the future. Call before anything is taken up. */
  correctFutureTimes(now: number): Promise<void>
  /** Forgets what nobody needs any more, in small steps between which others have their turn, until nothing is left of it. */
  purge(now: number, signal?: AbortSignal): Promise<void>
}

/** The shop's last word before the money is taken. */
export interface CaptureApproval {
  approves(checkout: Checkout, attemptId: string): Promise<boolean>
}

export interface OutboxStore {
  /** Those that wait longest first. */
  due(now: number, limit: number): Promise<readonly StoredEvent[]>
  /** Of payments, reviews and refunds alone, and the latest first: what the shop must act on now. */
  dueOutcomes(now: number, limit: number): Promise<readonly StoredEvent[]>
  /** When the next one after `now` is due; null when there is none. */
  nextDueAt(now: number): Promise<number | null>
  /** After the clock was set: what was tried n times is due within `longestWaits[n]` from now. */
  correctFutureTimes(now: number, longestWaits: readonly number[]): Promise<void>
  /** Events that an earlier version stored, that were never tried and happened before this, are not sent any more. */
  skipLegacy(before: number): Promise<void>
  countSkipped(): Promise<number>
  /** Whether the shop was ever told of anything, or was to be. */
  hasTried(): Promise<boolean>
  delivered(id: string, at: number): Promise<void>
  failed(id: string, tries: number, nextTryAt: number | null): Promise<void>
  after(seq: number, limit: number): Promise<readonly StoredEvent[]>
  /** What comes after the cursor of an earlier page; '0' is the beginning. Null: that is no cursor. */
  page(cursor: string, limit: number): Promise<EventPage | null>
  find(id: string): Promise<TrackedEvent | null>
  /** Oldest first. */
  eventsOf(checkoutId: string): Promise<readonly TrackedEvent[]>
  /** To be told again from now on, under the same id and with fresh patience. False: there is no such event. */
  resend(id: string, now: number): Promise<boolean>
  backlog(): Promise<Backlog>
}

export interface Secrets {
  /** An id that cannot be guessed. */
  readonly newId: (prefix: string) => string
  readonly newSession: () => string
  /** How a session is stored. */
  readonly sha256: (session: string) => string
  /** The same text always gives the same, and nobody without the key can tell from what. */
  readonly hmac: (text: string) => string
  /** Every hash that the text may have been stored under, the present one first: keys are rotated. */
  readonly hmacAll: (text: string) => readonly string[]
  /** Short, and unlike any other: it ends up on the shopper's phone behind the shop's reference. */
  readonly newSuffix: () => string
}
