import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import type { Tables } from '../schema.ts'
import { partitionOf } from './partitions.ts'

/** In case a notification was lost. */
const pollIntervalMs = 250
/** What stays is carried out by the next owner, even if it has to be started first. */
const stayMs = 60 * 60_000
/** An answer that nobody has collected by then was late. */
const keepFor = '1 minute'

interface HandedCommandsDeps {
  readonly db: Kysely<Tables>
  /** Tells the others that a command waits, or that it was answered. */
  readonly tell: (hint: { handed: readonly string[] } | { answered: readonly string[] }) => void
}

/**
 * [postgresql] a commit that does not wait for the disk. If the database fails within the next moments, the line is lost, and
 * with it only what has had no effect: whoever carries a command out writes its intent first, and waits for that to be on the
 * disk, where everything that was committed before it is then as well.
 */
const withoutSync = sql`without_sync as materialized (
  select set_config('synchronous_commit', 'off', true) = 'off' as is_set
)`

/** A command that this server has taken to carry it out. */
export interface TakenCommand {
  readonly id: string
  readonly sealed: string
}

/** How a command that was handed over ended. `untaken`: nobody has begun it, and nobody will unless it stays. */
export type Handed =
  { readonly kind: 'answered'; readonly answer: string } | { readonly kind: 'begun' | 'untaken' }

/**
 * Commands on their way to the owner of their checkout, which may be another server. Each is taken by one server, once: whoever
 * hands it over either gets the answer, or takes it back, or knows that it was begun. Only what stays, which may be carried out
 * twice, is not lost with the server that took it.
 */
export class HandedCommands {
  readonly #deps: HandedCommandsDeps
  readonly #waiting = new Map<string, () => void>()

  constructor(deps: HandedCommandsDeps) {
    this.#deps = deps
  }

  /** @param sealed - the command, unreadable to those who read the database */
  async hand(
    checkoutId: string,
    sealed: string,
    { waitMs, stays }: { readonly waitMs: number; readonly stays: boolean },
  ): Promise<Handed> {
    const { db, tell } = this.#deps
    const id = randomUUID()
    const until = performance.now() + waitMs
    await sql`
      with ${withoutSync}
      insert into handed_commands (id, "partition", sealed, is_repeatable, expires_at)
      select ${id}, ${partitionOf(checkoutId)}::int, ${sealed}, ${stays}::boolean,
        clock_timestamp() + ${`${stays ? stayMs : waitMs} milliseconds`}::interval
      from without_sync where is_set`.execute(db)
    tell({ handed: [id] })
    for (let left = waitMs; left > 0; left = until - performance.now()) {
      await this.#untilAnswered(id, Math.min(left, pollIntervalMs))
      const answer = await this.#collect(id)
      if (answer !== null) return { kind: 'answered', answer }
    }
    return stays ? { kind: 'untaken' } : this.#takeBack(id)
  }

  /** Call it when others have carried out commands. */
  answered(ids: readonly string[]): void {
    for (const id of ids) this.#waiting.get(id)?.()
  }

  /**
   * Takes those of these partitions, each once; but what stays, and was taken by a server that has died since, once more. What its
   * sender has given up, because it ended, is too old.
   */
  async take(partitions: readonly number[], by: string): Promise<readonly TakenCommand[]> {
    if (partitions.length === 0) return []
    const { rows } = await sql<TakenCommand>`
      with ${withoutSync}
      update handed_commands set taken_by = ${by} from without_sync
      where is_set and id in (
        select id from handed_commands
        where "partition" = any(${partitions}::int[]) and expires_at > clock_timestamp()
          and (
            taken_by is null
            or is_repeatable and answer is null and taken_by not in (
              select id from replicas where expires_at > clock_timestamp()
            )
          )
        order by expires_at for update skip locked
      ) returning id, sealed`.execute(this.#deps.db)
    return rows
  }

  async answer(id: string, answer: string): Promise<void> {
    const { db, tell } = this.#deps
    await sql`
      with ${withoutSync}
      update handed_commands set answer = ${answer} from without_sync
      where is_set and id = ${id}`.execute(db)
    tell({ answered: [id] })
  }

  /**
   * Leaves a command that was taken to the next owner of its checkout.
   *
   * @returns false where it may not be carried out twice
   */
  async giveBack(id: string): Promise<boolean> {
    const { db, tell } = this.#deps
    const { rows } = await sql`
      update handed_commands set taken_by = null where id = ${id} and is_repeatable
      returning id`.execute(db)
    if (rows.length === 0) return false
    tell({ handed: [id] })
    return true
  }

  async removeOld(): Promise<void> {
    await sql`
      delete from handed_commands
      where expires_at < clock_timestamp() - ${keepFor}::interval`.execute(this.#deps.db)
  }

  async #collect(id: string): Promise<string | null> {
    const { rows } = await sql<{ answer: string }>`
      delete from handed_commands where id = ${id} and answer is not null returning answer
    `.execute(this.#deps.db)
    return rows[0]?.answer ?? null
  }

  async #takeBack(id: string): Promise<Handed> {
    const { rows } = await sql`
      delete from handed_commands where id = ${id} and taken_by is null returning id
    `.execute(this.#deps.db)
    if (rows.length > 0) return { kind: 'untaken' }
    const answer = await this.#collect(id)
    return answer === null ? { kind: 'begun' } : { kind: 'answered', answer }
  }

  async #untilAnswered(id: string, ms: number): Promise<void> {
    let answered = () => {}
    const told = new Promise<void>((resolve) => (answered = resolve))
    this.#waiting.set(id, answered)
    const stopWaiting = new AbortController()
    await Promise.race([told, pause(ms, undefined, { signal: stopWaiting.signal }).catch(() => {})])
    stopWaiting.abort()
    this.#waiting.delete(id)
  }
}
