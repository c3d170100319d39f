import { parseArgs } from 'node:util'
import { compile } from '../harness/compile.ts'
import { canPin, describeMachine } from '../harness/machine.ts'
import { measureParts } from '../harness/parts.ts'
import type { Parts } from '../harness/parts.ts'
import { table } from '../harness/report.ts'
import { calls } from './calls.ts'
import { checkpoints } from './checkpoints.ts'
import { recovery } from './recovery.ts'
import { starts } from './starts.ts'
import { waiting } from './waiting.ts'

/**
 * `npm run bench:load`: the load that the server handles: many waiting checkouts, many starts at once, a restart among them. The
 * exit code is 0 whatever the numbers are.
 */
const { values: options } = parseArgs({
  options: {
    /** Less of everything, to see that it works. */
    quick: { type: 'boolean', default: false },
    /** Some parts alone, comma-separated: waiting, starts, checkpoints, calls or recovery. */
    only: { type: 'string' },
    /** A folder for CPU profiles of our server. */
    profile: { type: 'string' },
  },
})
const { quick, only, profile } = options

const note = (text: string) => void process.stderr.write(`${text}\n`)
const build = compile()
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130))
process.once('exit', () => build.remove())

const plan = { folder: build.folder, profile, note }
const parts: Parts = {
  waiting: () =>
    waiting({
      ...plan,
      steps: quick ? [2_000] : [50_000, 45_000, 40_000, 35_000, 30_000, 20_000],
      streams: quick ? 100 : 1_000,
      settleMs: quick ? 6_000 : 15_000,
      ms: quick ? 5_000 : 20_000,
    }),
  starts: () =>
    starts({ ...plan, runs: quick ? 1 : 5, count: quick ? 300 : 2_000, ms: quick ? 500 : 2_000 }),
  checkpoints: () => checkpoints({ ...plan, runs: quick ? 1 : 5, groups: quick ? 100 : 500 }),
  calls: () => calls({ ...plan, count: quick ? 50 : 500 }),
  recovery: () => recovery({ ...plan, runs: quick ? 1 : 5, count: quick ? 1_000 : 10_000 }),
}

const legend = `How each is measured:

- Waiting: the simulated provider answers "not yet" at once and records the times; every checkout is polled,
  one reader follows each of the first 1,000. The lag is that of the attempt worker: how much later than planned a poll is
  started. The share of the core that other processes used is given; where it is high, they cause the lag. Meanwhile
  \`/healthz\` is asked every 50 ms over one connection. Node runs with \`--max-semi-space-size=32\`, as the operations guide
  advises: without it the garbage collector uses the core more often.
- Starts: the baseline is bare \`node:http\` that writes a kilobyte to a log, calls the provider by bare \`undici\`, and writes
  to the log again; all that comes in one turn of the event loop is one write and one fdatasync. Ours has rate limits, transitions,
  history and SQLite with \`synchronous = full\`. The last line is a change of a checkout beside a line of the log, without HTTP.
- Checkpoints: 20 rows in a commit, every 10 ms; the baseline never empties its log, which therefore grows with every commit
  and syncs slower than one that is reused.
- Calls: a fifth each is approved with a callback, approved without, declined, canceled, and left until its approval timeout, with
  two browsers each. The least possible is one request, the polls that an interval of 1 s allows until the shopper's
  decision, one that reports it, and ConfirmCart or CancelCart.
- Recovery: \`node server/main.js\` over the database of a server that was killed, a tenth of it being sent, a tenth approved
  meanwhile; the provider takes 100 ms to answer.`

const began = performance.now()
const lines = await measureParts(parts, { only, note })
const pinned = canPin ? 'server and everything else on a core each' : 'not pinned to cores'
console.log(`
${describeMachine()} · ${pinned}

Minimum – **median** – maximum of all runs, baseline and ours in turn; a single number where there was one run.

${table(lines)}

${legend}`)
note(`\n${Math.round((performance.now() - began) / 1000)} s`)
