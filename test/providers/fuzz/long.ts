/**
 * Makes new answers and callbacks of every provider until so many of each kind are judged, or of one: `tsx test/providers/fuzz/long.ts --runs 100000 --only refunds`. One that is
 * taken for what it is not is shrunk and printed, with the seed that leads to it again.
 */
import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { properties } from './properties.ts'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '100000' },
    seed: { type: 'string' },
    only: { type: 'string', default: '' },
  },
})
const numRuns = Number(values.runs)
const seed = values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed)

for (const [name, property] of Object.entries(properties)) {
  if (!name.includes(values.only)) continue
  const began = Date.now()
  const found = await fc.check(property as fc.IRawProperty<unknown>, { seed, numRuns })
  if (found.failed) {
    console.error(JSON.stringify(found.counterexample, null, 2))
    console.error(found.errorInstance)
    console.error(`${name}, after ${found.numRuns} answers; --seed ${seed}`)
    process.exit(1)
  }
  const seconds = ((Date.now() - began) / 1000).toFixed(0)
  console.log(`${name}: ${numRuns} answers judged, ${seconds} s, seed ${seed}`)
}
