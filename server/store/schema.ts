import type { Generated } from 'kysely'

/** Text and whole numbers only: the same on SQLite and PostgreSQL. Times are milliseconds since 1970 UTC. */
export interface Tables {
  checkouts: {
    id: string
    reference: string
    status: string
    version: number
    amount: number
    currency: string
    created_at: number
    expires_at: number
    closing: string | null
    paid_at: number | null
    paid_attempt: string | null
    late: number
    /** Why a person must look. */
    review: string | null
    /** The one of the same reference that had ended before, and the one that came after. */
    replaces: string | null
    replaced_by: string | null
    /** What the shop gave for the provider alone, as JSON; null as soon as nobody needs it. */
    options: string | null
    /** As JSON. */
    refunds: string
    /** 1 while one of them is not settled. */
    refunding: number
    /** The rest of the order, as JSON: written once, never searched. */
    order_details: string
  }
  attempts: {
    id: string
    checkout_id: string
    number: number
    reference: string
    token: string
    provider_ref: string | null
    phone_hash: string | null
    /** When to look once more whether it was paid after all. */
    late_check_at: number | null
    started_at: number
    ended_at: number | null
    outcome: string | null
    /** Everything else about the attempt, as JSON. */
    details: string
  }
  sessions: { hash: string; checkout_id: string; created_at: number }
  history: {
    seq: Generated<number>
    checkout_id: string
    attempt_id: string | null
    version: number
    at: number
    type: string
    /** What support wants to know of it, as JSON: the provider's call, code and reference id. */
    evidence: string | null
    /** How often it was said again, and when last. */
    repeats: Generated<number>
    last_at: number | null
  }
  events: {
    seq: Generated<number>
    id: string
    checkout_id: string
    type: string
    at: number
    body: string
    tries: number
    next_try_at: number | null
    delivered_at: number | null
    /** 1: stored by a version that did not write down whether there was a webhook to send it to. */
    legacy: Generated<number>
  }
  /** Every request that was sent to a phone, for a day: what budgets are counted from. */
  payment_requests: {
    seq: Generated<number>
    attempt_id: string | null
    phone_hash: string
    address_hash: string | null
    at: number
  }
  idempotency_keys: { key: string; fingerprint: string; checkout_id: string; created_at: number }
}
