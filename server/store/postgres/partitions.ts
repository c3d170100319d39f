import { hash } from 'node:crypto'
import { sql } from 'kysely'

/** Never changed: servers of two versions run side by side during an upgrade. */
export const partitionCount = 256

/** The partition of a checkout: the first byte of the SHA-256 of its id, so that the database can say it too. */
export const partitionOf = (checkoutId: string): number =>
  Number.parseInt(hash('sha256', checkoutId, 'hex').slice(0, 2), 16)

/** Those that a query is about; null: all, as where there is one server. */
export type Partitions = readonly number[] | null

/** The same as a value of a compiled query, which is another query without it. */
export interface Own {
  readonly partitions?: readonly number[]
}

export const valueOf = (partitions: Partitions): Own => (partitions === null ? {} : { partitions })

/** Whether the checkout that a column names is in one of these partitions, as a condition. */
export const isInPartitions = (column: string, partitions: readonly number[]) =>
  sql<boolean>`get_byte(sha256(convert_to(${sql.ref(column)}, 'UTF8')), 0) = any(${partitions}::int[])`
