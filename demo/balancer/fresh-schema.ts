import { Client } from 'pg'

export interface FreshSchema {
  /** The database's URL, with which everything happens in the schema. */
  readonly url: string
  drop(): Promise<void>
}

/**
 * Makes an empty schema in the database, in place of an earlier demo's: the shop and the simulators keep nothing either. Nothing
 * else in the database is touched.
 *
 * @throws DatabaseError
 */
export async function freshSchema(databaseUrl: string, name: string): Promise<FreshSchema> {
  const drop = (client: Client) => client.query(`drop schema if exists ${name} cascade`)
  await withClient(databaseUrl, async (client) => {
    await drop(client)
    await client.query(`create schema ${name}`)
  })
  const url = new URL(databaseUrl)
  url.searchParams.set('options', `-c search_path=${name}`)
  return { url: url.href, drop: () => withClient(databaseUrl, drop).catch(() => {}) }
}

async function withClient(
  connectionString: string,
  work: (client: Client) => Promise<unknown>,
): Promise<void> {
  try {
    const client = new Client({ connectionString, connectionTimeoutMillis: 5_000 })
    // It is an error of the statement that runs.
    client.on('error', () => {})
    await client.connect()
    await work(client).finally(() => client.end())
  } catch (error) {
    throw new DatabaseError(error)
  }
}

/** Quotes nothing of the URL, and no message of the driver, which may. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError'

  constructor(cause: unknown) {
    const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : ''
    super(
      `The database that DATABASE_URL names cannot be used${code}: the demo needs a PostgreSQL where it may create a schema.`,
    )
  }
}
