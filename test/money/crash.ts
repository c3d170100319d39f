/**
 * Kills real server processes, again and again: `tsx test/money/crash.ts --kills 200`. With `--replicas 3 --stops 80`, of
 * servers that share a PostgreSQL database, some of which stand still for longer than their leases.
 */
import { parseArgs } from 'node:util'
import { crashRun } from './crash-run.ts'
import { replicaRun, summaryOf } from './replicas/run.ts'

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    replicas: { type: 'string', default: '1' },
    stops: { type: 'string', default: '0' },
    measured: { type: 'string' },
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
  const measured = Number(values.measured ?? Math.ceil(kills / 10))
  const tally = await replicaRun({ replicas, kills, stops, measured, report: console.log })
  console.log(`${summaryOf(tally)}\n${((Date.now() - began) / 1_000).toFixed(0)} s`)
}
process.exit(0)
