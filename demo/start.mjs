/**
 * `npm start`: the whole demo in one process, from sources, on Windows too: builds the payment element, teaches Node
 * to read TypeScript, and opens everything.
 */
import { fileURLToPath } from 'node:url'
import { register } from 'tsx/esm/api'
import { buildWidget } from '../build.mjs'

// The build and the demo's database are named from the root, wherever this was called from.
process.chdir(fileURLToPath(new URL('..', import.meta.url)))
await buildWidget()
register()
const { main } = await import('./start.ts')
await main()
