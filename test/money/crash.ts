/**
 * Kills real server processes, again and again: `tsx test/money/crash.ts --kills 200`. With `--replicas 3 --stops 80`, of
 * servers that share a PostgreSQL database, some of which stand still for longer than their leases. `--cuts 20`: they are cut off
 * from the database for as long; `--lost-commits 20`: a COMMIT of theirs is lost, or its answer; `--database-kills 20`: PostgreSQL itself
 * is killed; `--skew`: the clocks of two of them are 5 minutes off; `--only v2`: in modes with this in their names. With `--old folder` they
 * begin with the older version there, as in a rolling update; `node_modules` must lie in it.
 */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { reportReplicaCells } from './cells/replica-cells.ts'
import { crashRun } from './crash-run.ts'
import { replicaRun, summaryOf } from './replicas/run.ts'

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    replicas: { type: 'string', default: '1' },
    stops: { type: 'string', default: '0' },
    cuts: { type: 'string', default: '0' },
    'lost-commits': { type: 'string', default: '0' },
    'database-kills': { type: 'string', default: '0' },
    skew: { type: 'boolean', default: false },
    measured: { type: 'string' },
    old: { type: 'string' },
    only: { type: 'string', default: '' },
  },
})
const kills = Number(values.kills)
const replicas = Number(values.replicas)
const began = Date.now()
if (replicas === 1) {
  const { summary } = await crashRun(kills, console.log)
  console.log(summary)
} else {
  // What is measured is the new version.
  const measured = Number(values.measured ?? (values.old ? 0 : Math.ceil(kills / 10)))
  const old = values.old === undefined ? null : resolve(values.old)
  const databaseKills = Number(values['database-kills'])
  const tally = await replicaRun({
    replicas,
    strikes: {
      kill: kills,
      stop: Number(values.stops),
      cut: Number(values.cuts),
      lose_commit: Number(values['lost-commits']),
      kill_database: databaseKills,
    },
    measured,
    outages: Math.ceil(databaseKills / 10),
    isSkewed: values.skew,
    old,
    only: values.only,
    report: console.log,
  })
  console.log(`${summaryOf(tally)}\n${((Date.now() - began) / 1_000).toFixed(0)} s`)
  if (!reportReplicaCells(tally.cells, Math.min(...Object.values(tally.struck)))) process.exit(1)
}
process.exit(0)
