/**
 * `npm start`: the whole demo in one process, from sources, on Windows too: builds the payment element, registers a
 * loader for TypeScript, and starts everything.
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
await main({ startServer, database: 'data/demo.db' })
