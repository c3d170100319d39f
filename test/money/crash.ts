/**
 * Kills real server processes, again and again: `tsx test/money/crash.ts --kills 200`. With `--replicas 3 --stops 80`, of
 * servers that share a PostgreSQL database, some of which stand still for longer than their leases. With `--old folder` they
 * begin with the older version there, as in a rolling update; `node_modules` must lie in it.
 */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { crashRun } from './crash-run.ts'
import { replicaRun, summaryOf } from './replicas/run.ts'

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    replicas: { type: 'string', default: '1' },
    stops: { type: 'string', default: '0' },
    measured: { type: 'string' },
    old: { type: 'string' },
  },
})
const kills = Number(values.kills)
const replicas = Number(values.replicas)
const stops = Number(values.stops)
const began = Date.now()
if (replicas === 1) {
  const { summary } = await crashRun(kills, console.log)
  console.log(summary)
} else {
  // What is measured is the new version.
  const measured = Number(values.measured ?? (values.old ? 0 : Math.ceil(kills / 10)))
  const old = values.old === undefined ? null : resolve(values.old)
  const tally = await replicaRun({ replicas, kills, stops, measured, old, report: console.log })
  console.log(`${summaryOf(tally)}\n${((Date.now() - began) / 1_000).toFixed(0)} s`)
}
process.exit(0)
