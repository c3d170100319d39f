import type { Generated } from 'kysely'

/** Text and whole numbers only: the same on SQLite and PostgreSQL. Times are milliseconds since 1970 UTC. */
export interface Tables {
  checkouts: {
    id: string
    /** Whose it is; the default is the only merchant of earlier versions. */
    merchant_id: Generated<string>
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
    /** Why it needs manual review. */
    review: string | null
    /** When a person had dealt with that. */
    review_closed_at: number | null
    /** The checkouts of the same reference before and after this one. */
    replaces: string | null
    replaced_by: string | null
    /** The shop's options for the provider, as JSON; null once they are not needed any more. */
    options: string | null
    /** As JSON. */
    refunds: string
    /** 1 while a refund is pending. */
    refunding: number
    /** The rest of the order, as JSON: written once, never searched. */
    order_details: string
  }
  attempts: {
    id: string
    /** As of its checkout, for the indexes. */
    merchant_id: Generated<string>
    checkout_id: string
    number: number
    reference: string
    token: string
    provider_ref: string | null
    phone_hash: string | null
    /** When to check next whether it was paid late. */
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
    /** For support, as JSON: the provider's call, code and reference id. */
    evidence: string | null
    /** How often it was repeated, and when last. */
    repeats: Generated<number>
    last_at: number | null
  }
  events: {
    seq: Generated<number>
    id: string
    /** As of its checkout, for the indexes. */
    merchant_id: Generated<string>
    checkout_id: string
    type: string
    at: number
    body: string
    tries: number
    next_try_at: number | null
    delivered_at: number | null
    /** 1: stored by a version that did not record whether there was a webhook. */
    legacy: Generated<number>
  }
  /** Every request sent to a phone within a day, for the rate limits. */
  payment_requests: {
    seq: Generated<number>
    attempt_id: string | null
    phone_hash: string
    address_hash: string | null
    at: number
  }
  /** The keys of other merchants than the default one begin with the merchant; see `storedKey`. */
  idempotency_keys: { key: string; fingerprint: string; checkout_id: string; created_at: number }
  /** How often support has had an event of a merchant sent again; no row: never. */
  resends: { merchant_id: string; count: number }
  /** Of the support page. */
  logins: { hash: string; sealed_token: string; expires_at: number }
}
