/** Each keeps up to thirteen connections to the database, and a PostgreSQL usually takes a hundred. */
const most = 5

export interface ReplicaSettings {
  readonly count: number
  readonly databaseUrl: string
}

/**
 * Reads `REPLICAS` and, where that is set, `DATABASE_URL`.
 *
 * @param bringDatabase - starts a PostgreSQL where no `DATABASE_URL` names one
 * @returns null for one server on SQLite
 * @throws RangeError with a sentence that says what to set
 */
export async function replicaSettings(
  { REPLICAS, DATABASE_URL }: Readonly<Record<string, string | undefined>>,
  bringDatabase?: () => Promise<string>,
): Promise<ReplicaSettings | null> {
  if (!REPLICAS) return null
  const count = Number(REPLICAS)
  if (!/^\d$/.test(REPLICAS) || count < 1 || count > most)
    throw new RangeError(`REPLICAS must be a number from 1 to ${most}.`)
  if (DATABASE_URL && /^postgres(ql)?:\/\//.test(DATABASE_URL))
    return { count, databaseUrl: DATABASE_URL }
  if (DATABASE_URL || !bringDatabase)
    throw new RangeError('REPLICAS share a PostgreSQL: set DATABASE_URL to postgres://… as well.')
  return { count, databaseUrl: await bringDatabase() }
}
