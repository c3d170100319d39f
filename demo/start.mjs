/**
 * `npm start`: the whole demo in one process, from sources, on Windows too: builds the payment element, registers a
 * loader for TypeScript, and starts everything. With `REPLICAS=3` the payment server is three processes on PostgreSQL.
 */
import { fileURLToPath } from 'node:url'
import { register } from 'tsx/esm/api'
import { buildWidget } from '../build.mjs'

// The paths of the build and of the database are relative to the root.
process.chdir(fileURLToPath(new URL('..', import.meta.url)))
console.log('Building the payment element…')
await buildWidget()
register()
const { main } = await import('./start.ts')
const { startServer } = await import('../server/serve.ts')
const { stopOnSignal } = await import('../server/stop-signals.ts')

/** The PostgreSQL of the tests, which ends with this process. */
async function bringDatabase() {
  const { sharedPostgres } = await import('../test/support/databases.ts')
  return (await sharedPostgres()).newDatabase()
}

await main({
  ...{ startServer, stopOnSignal, bringDatabase, database: 'data/demo.db' },
  program: ['--import', 'tsx', 'server/main.ts'],
})
