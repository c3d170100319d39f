import { sql } from 'kysely'
import type { RawBuilder } from 'kysely'

const days = 24 * 60 * 60 * 1_000

export type PurgedTable = 'payment_requests' | 'idempotency_keys' | 'events' | 'sessions' | 'logins'

interface Retention {
  /** Rows that have been kept long enough, by table. */
  readonly rows: readonly (readonly [table: PurgedTable, isOver: RawBuilder<unknown>])[]
  /** Payers of attempts that ended before this time are forgotten. */
  readonly payersUntil: number
}

/**
 * What to delete: logins that are over, logged payment requests after a day, idempotency keys after 7 days; after 30 days events
 * that are not sent any more, sessions of closed checkouts, and everything that could identify a payer. Payments stay.
 */
export function retentionAt(now: number): Retention {
  const monthAgo = now - 30 * days
  return {
    rows: [
      ['payment_requests', sql`at < ${now - days}`],
      ['idempotency_keys', sql`created_at < ${now - 7 * days}`],
      ['logins', sql`expires_at <= ${now}`],
      // One that has been due for so long: there is no webhook any more, no such merchant, or its endpoint has answered 410.
      ['events', sql`at < ${monthAgo} and (next_try_at is null or next_try_at < ${monthAgo})`],
      [
        'sessions',
        sql`created_at < ${monthAgo} and exists (
          select 1 from checkouts where id = checkout_id and expires_at < ${monthAgo}
          and status in ('paid', 'canceled', 'expired', 'review'))`,
      ],
    ],
    payersUntil: monthAgo,
  }
}
