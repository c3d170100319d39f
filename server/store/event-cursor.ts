import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import type { Tables } from './schema.ts'

/**
 * `<place>-<event id>`: the place alone would mean another event after a backup was restored, for places are given out
 * anew then. A cursor from before it had a name is the place alone, and 0 is the beginning.
 */
const form = /^(\d{1,15})(?:-([\w-]{1,64}))?$/

export const cursorAt = ({ seq, id }: { readonly seq: number; readonly id: string }): string =>
  `${seq}-${id}`

/** Where to go on, or `foreign` for a cursor that this database has never given out; null: it is no cursor at all. */
export async function placeOf(
  db: Kysely<Tables>,
  cursor: string,
): Promise<number | 'foreign' | null> {
  const [, place, id] = form.exec(cursor) ?? []
  if (place === undefined) return null
  const seq = Number(place)
  if (seq === 0) return 0
  const event = await db.selectFrom('events').select('id').where('seq', '=', seq).executeTakeFirst()
  if (event) return id === undefined || id === event.id ? seq : 'foreign'
  // What is not there and was there is forgotten by now, as events are after a month.
  return seq <= (await lastPlace(db)) ? seq : 'foreign'
}

async function lastPlace(db: Kysely<Tables>): Promise<number> {
  const { rows } = await sql<{ seq: number }>`
    select seq from sqlite_sequence where name = 'events'`.execute(db)
  return rows[0]?.seq ?? 0
}
