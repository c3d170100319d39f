import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import type { Tables } from '../schema.ts'

/**
 * Settings by which a crash takes commits with it, as sentences for the operator: what is written down before a call may be gone
 * then, and the call has had its effect.
 */
export async function durabilityRisks(db: Kysely<Tables>): Promise<readonly string[]> {
  const { rows } = await sql<{ commit: string; fsync: string }>`
    select current_setting('synchronous_commit') as commit, current_setting('fsync') as fsync`.execute(
    db,
  )
  const [row] = rows
  return [
    ...(row?.commit === 'off'
      ? [
          'synchronous_commit is off: a crash of PostgreSQL loses the last commits, and with them payment requests that were sent',
        ]
      : []),
    ...(row?.fsync === 'off'
      ? ['fsync is off: a crash of the machine of PostgreSQL may destroy the database']
      : []),
  ]
}
