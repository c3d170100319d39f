import { TestPostgres } from './postgres.ts'

/** Fails, and is back; nothing is written meanwhile that it has only in its memory. */
export const crashes = {
  'the whole server': async (own: TestPostgres) => {
    await own.kill()
    await own.restart()
  },
  'one of its processes': (own: TestPostgres) => own.crashProcess(),
}

/** Gives the ids of transactions that were lost in a crash to others. */
export async function useIdsAgain(own: TestPostgres, url: string): Promise<void> {
  for (let count = 0; count < 30; count++) await own.query('select pg_current_xact_id()', url)
}

/** Tests a PostgreSQL of their own, which may be killed; not where the tests were given one that runs elsewhere. */
export async function withOwnPostgres(
  test: (own: TestPostgres) => Promise<void>,
  options?: Parameters<typeof TestPostgres.start>[0],
): Promise<void> {
  const own = await TestPostgres.start(options)
  if (!own.isOwn) return
  try {
    await test(own)
  } finally {
    await own.stop()
  }
}
