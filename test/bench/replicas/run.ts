import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { parseArgs } from 'node:util'
import { TestPostgres } from '../../support/postgres/postgres.ts'
import { compile } from '../harness/compile.ts'
import { canPin, describeMachine } from '../harness/machine.ts'
import { measureParts } from '../harness/parts.ts'
import type { Parts } from '../harness/parts.ts'
import { table } from '../harness/report.ts'
import { engine } from './engine.ts'
import { remote } from './remote.ts'
import { starts } from './starts.ts'
import { takeover } from './takeover.ts'
import { waiting } from './waiting.ts'

/**
 * `npm run bench:replicas`: several servers on one PostgreSQL, beside one of them and beside bare programs. The exit code is 0
 * whatever the numbers are.
 */
const { values: options } = parseArgs({
  options: {
    /** Less of everything, to see that it works. */
    quick: { type: 'boolean', default: false },
    /** Some parts alone: waiting, takeover, remote, starts, engine, comma-separated. */
    only: { type: 'string' },
    /** How many checkouts wait. */
    waiting: { type: 'string' },
    /** How many servers share them, comma-separated. */
    servers: { type: 'string', default: '2,3' },
    /** A folder for CPU profiles of our servers. */
    profile: { type: 'string' },
  },
})
const { quick, only, profile } = options

const note = (text: string) => void process.stderr.write(`${text}\n`)
const build = compile()
// On a disk, as in production: `/tmp` is memory on many machines.
const parent = existsSync('/var/tmp') ? '/var/tmp' : tmpdir()
const settings = ['fsync=on', 'shared_buffers=256MB', 'max_connections=100']
const postgres = await TestPostgres.start({ parent, settings })
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130))
process.once('exit', () => {
  build.remove()
  postgres.stopNow()
})

const plan = { folder: build.folder, postgres, profile, note }
const runs = quick ? 1 : 3
const times = { settleMs: quick ? 6_000 : 15_000, ms: quick ? 5_000 : 20_000 }
const parts: Parts = {
  waiting: () =>
    waiting({
      ...{ ...plan, ...times, waiting: Number(options.waiting ?? (quick ? 3_000 : 60_000)) },
      counts: options.servers.split(',').map(Number),
    }),
  takeover: () => takeover({ ...plan, runs, carts: quick ? 300 : 900 }),
  remote: () => remote({ ...plan, runs, count: quick ? 50 : 200 }),
  starts: () => starts({ ...plan, runs, count: quick ? 300 : 2_000 }),
  engine: () => engine({ ...plan, ...times, runs, count: quick ? 2_000 : 20_000 }),
}

const legend = `How each is measured:

- PostgreSQL runs on the same machine, with \`fsync\` on a disk; all servers share a core, everything else the other one. The
  provider answers "not yet" at once and records the times.
- Waiting: all servers together should poll as often as that many servers alone with their share each. The earliest poll is
  that of a server that polled before; another one that takes a checkout up polls at once. Commits include transactions that only
  read.
- Takeover: from the signal until another server polls, for each checkout of the server that ended. A successor polls what it takes
  up 2 ms apart, so that it takes longer where there are more.
- Callbacks: the baseline is two bare \`node:http\`: one commits the callback and notifies, the other one listens, reads the row
  and writes to the stream; added to it is the provider's answer, which ours waits for. Where B owns the checkout, A hands the
  callback over.
- Starts: the baseline is bare \`node:http\` with an \`insert\` before and another one after the call to the provider by bare
  \`undici\`, each committed by itself, on ten connections as ours has them.
- Engine: the baseline is a heap of times, an \`undici\` pool of 256 connections and a signature for each request; ours is the server
  on SQLite. Both with Node's default flags. How many are possible is worked out from the processor time of a poll, which falls
  where there are more.`

const began = performance.now()
const lines = await measureParts(parts, { only, note })
await postgres.stop()
const pinned = canPin ? 'servers on a core, everything else on another' : 'not pinned to cores'
console.log(`
${describeMachine()} · ${pinned}

Minimum – **median** – maximum of all runs, baseline and ours in turn; a single number where there was one run.

${table(lines)}

${legend}`)
note(`\n${Math.round((performance.now() - began) / 1000)} s`)
