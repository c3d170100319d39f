/**
 * Kills real server processes, again and again: `tsx test/money/crash.ts --kills 200`.
 */
import { parseArgs } from 'node:util'
import { crashRun } from './crash-run.ts'

const { values } = parseArgs({ options: { kills: { type: 'string', default: '200' } } })
const { summary } = await crashRun(Number(values.kills), console.log)
console.log(summary)
process.exit(0)
