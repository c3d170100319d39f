import { parseArgs } from 'node:util'
import { callbacks, polling } from './answers/answers.ts'
import { checks } from './checks/checks.ts'
import { compile } from './harness/compile.ts'
import { canPin, describeMachine } from './harness/machine.ts'
import { measureParts } from './harness/parts.ts'
import type { Parts } from './harness/parts.ts'
import { table } from './harness/report.ts'
import { streams } from './streams/streams.ts'

/**
 * `npm run bench`: what the server costs, beside its baseline, the least work with which Node can do the same job, measured
 * in the same run. The exit code is 0 whatever the numbers are.
 */
const { values: options } = parseArgs({
  options: {
    /** Less of everything, to see that it works. */
    quick: { type: 'boolean', default: false },
    /** Some parts alone, comma-separated: streams, checks, callbacks or polling. */
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

const plan = { folder: build.folder, profile }
const runs = quick ? 1 : 5
const parts: Parts = {
  streams: () =>
    streams(
      {
        ...plan,
        steps: quick ? [200, 1_000] : [1_000, 5_000, 10_000],
        events: quick ? 500 : 2_000,
      },
      runs,
      note,
    ),
  checks: () =>
    checks({ ...plan, ms: quick ? 1_000 : 3_000, pollingMs: quick ? 5_000 : 12_000 }, runs, note),
  callbacks: () =>
    callbacks(
      { ...plan, idleStreams: 1_000, warmUp: quick ? 50 : 150, count: quick ? 100 : 400 },
      runs,
      note,
    ),
  polling: () => polling({ ...plan, idleStreams: 0, warmUp: 0, count: quick ? 60 : 200 }, note),
}

const legend = `Baselines, in the same run on the same machine:

- Streams: bare \`node:http\` that writes the same bytes to the same readers. On our side, changes are published
  directly, without the disk; heartbeats are off, because the baseline has none. Events come one by one, 1,000 a
  second, unless stated otherwise.
- CheckCart: bare \`undici\` \`Pool.request\`, always the same signed body, the answer discarded. Ours signs, sends,
  verifies and interprets, and the attempt worker schedules the calls.
- Callbacks: bare \`node:http\` that commits the callback to SQLite (\`synchronous = full\`) and writes to the stream,
  and added to it the provider's answer, which ours waits for before it writes. 1,000 more streams are open.`

const began = performance.now()
const lines = await measureParts(parts, { only, note })
const pinned = canPin ? 'server and clients on a core each' : 'not pinned to cores'
console.log(`
${describeMachine()} · ${pinned}

Minimum – **median** – maximum of ${runs} runs, baseline and ours in turn; a single number where there was one run.

${table(lines)}

${legend}`)
note(`\n${Math.round((performance.now() - began) / 1000)} s`)
