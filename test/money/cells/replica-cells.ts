import { isFinal } from '../../../server/protocol/index.ts'
import type { Status } from '../../../server/protocol/index.ts'
import { cellOf, replicaEvents } from './cells.ts'
import type { Cells, ReplicaEvent } from './cells.ts'

type Query = (statement: string) => Promise<readonly Record<string, unknown>[]>

interface Stored {
  readonly status: Status
  readonly owner: string
}

/** Each checkout, and who owns its partition. */
const storedNow = `select id, status, coalesce(owner, '') as owner
  from checkouts join leases on partition = get_byte(sha256(convert_to(id, 'UTF8')), 0)`

/**
 * Counts in which statuses checkouts were when something happened to a server, and of those that were waiting then, which had
 * another owner the next time.
 */
export class ReplicaCells {
  readonly cells: Cells = new Map()
  readonly #query: Query
  #before: ReadonlyMap<string, Stored> = new Map()

  constructor(query: Query) {
    this.#query = query
  }

  /** Call it just after the event. */
  async happened(event: ReplicaEvent): Promise<void> {
    const now = await this.#read()
    for (const { status } of now.values()) this.#count(status, event)
  }

  async #read(): Promise<ReadonlyMap<string, Stored>> {
    const rows = await this.#query(storedNow).catch(() => null)
    // The database is away: the next time, then.
    if (rows === null) return new Map()
    const now = new Map(
      rows.map(({ id, status, owner }) => [
        String(id),
        { status: status as Status, owner: String(owner) },
      ]),
    )
    for (const [id, { status, owner }] of this.#before) {
      const isTakenOver = now.get(id)?.owner !== owner && now.get(id)?.owner !== ''
      if (isTakenOver && !isFinal(status)) this.#count(status, 'another server takes over')
    }
    this.#before = now
    return now
  }

  #count(status: Status, event: ReplicaEvent): void {
    const cell = cellOf(status, event, 'none')
    this.cells.set(cell, (this.cells.get(cell) ?? 0) + 1)
  }
}

/** From so many strikes of every kind on, every cell must have occurred. */
export const enoughStrikes = 60

/** Not: `awaiting_code`, there is no point of sale; `expired`, no lifetime is over so soon; `review`, the provider tells the truth. */
const statuses: readonly Status[] = [
  ...(['open', 'starting', 'awaiting_shopper', 'confirming', 'paid', 'canceled'] as const),
]

export const requiredReplicaCells = (): readonly string[] =>
  replicaEvents.flatMap((event) =>
    statuses
      // Nobody does anything about what is over.
      .filter((status) => event !== 'another server takes over' || !isFinal(status))
      .map((status) => cellOf(status, event, 'none')),
  )

/** Prints how many cells occurred; false where one did not that must have, after so many strikes of every kind. */
export function reportReplicaCells(cells: Readonly<Cells>, leastStrikes: number): boolean {
  const required = requiredReplicaCells()
  const missing = required.filter((cell) => !cells.has(cell))
  const isEnough = leastStrikes >= enoughStrikes
  console.log(
    `of ${required.length} cells of status × strike ${missing.length} did not occur` +
      (isEnough ? '' : ` (they must from ${enoughStrikes} strikes of each kind on)`),
  )
  if (missing.length > 0 && isEnough) console.error(`What can occur did not: ${missing.join('; ')}`)
  return missing.length === 0 || !isEnough
}
