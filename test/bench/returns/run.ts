/**
 * `npm run bench:returns`: how soon a shopper who comes back sees that the payment was made, in each engine that is there. The
 * exit code is 0 whatever the numbers are. `--runs 3` for fewer, `--engine firefox` for one; `npm run build` comes first.
 */
import { parseArgs } from 'node:util'
import { EngineMissing, engineNames } from '../../engines/engines.ts'
import type { EngineName } from '../../engines/engines.ts'
import { startTestServer } from '../../support/test-server.ts'
import { describeMachine } from '../harness/machine.ts'
import { spread } from '../harness/statistics.ts'
import { cases } from './cases.ts'
import type { CaseName, Surroundings } from './cases.ts'
import { openLine } from './line.ts'
import { serveShop } from './shop.ts'
import { openVisitor } from './visitors.ts'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '20' },
    engine: { type: 'string', multiple: true, default: [...engineNames] },
    case: { type: 'string', multiple: true, default: Object.keys(cases) },
  },
})

type Results = Map<string, number[]>

async function measure(around: Surroundings, engine: string): Promise<Results> {
  const results: Results = new Map()
  for (const name of values.case as CaseName[]) {
    for (let run = 0; run < Number(values.runs); run++) {
      const measured = Object.entries(await cases[name](around))
      if (!measured.length) break
      for (const [what, ms] of measured) results.set(what, [...(results.get(what) ?? []), ms])
    }
    process.stderr.write(`${engine}: ${name}\n`)
  }
  return results
}

async function inEngine(name: EngineName): Promise<Results> {
  const visitor = await openVisitor(name)
  // Far more requests than one shopper would make.
  const bff = await startTestServer({ env: { PHONES_PER_ADDRESS_PER_10_MINUTES: '100000' } })
  const shop = await serveShop(bff.url)
  await bff.reconfigure({ ALLOWED_ORIGINS: `https://shop.example,${shop.origin}` })
  const line = await openLine(bff.url)
  try {
    return await measure({ visitor, bff, shop: shop.origin, line }, name)
  } finally {
    await visitor.close()
    await line.close()
    await shop.close()
    await bff.close()
  }
}

const rows = [
  ['Tab switch', 'Back in the tab → outcome', 1],
  ['Back, restored', 'Back to the page, kept by the browser → outcome', 1],
  ['Back, loaded anew', 'Back to the page, loaded anew → outcome', 1],
  ['Frozen', 'Frozen page active again, no visibility change → outcome', 1],
  ['Line back', 'Dead line back, no `online` event → outcome', 1],
  ['Restart', 'BFF restarted → outcome', 1],
  ['Offline', 'Browser offline → shown', 1],
  ['Dead line', 'Line dead → shown', 10],
] as const

const found = new Map<EngineName, Results>()
for (const name of values.engine as EngineName[]) {
  try {
    found.set(name, await inEngine(name))
  } catch (error) {
    if (!(error instanceof EngineMissing)) throw error
    console.log(`NOT MEASURED: ${error.message}`)
  }
}

const seconds = (ms: number) => (ms / 1_000).toFixed(2)
const cell = (ms: readonly number[] | undefined, goal: number) => {
  if (!ms?.length) return '–'
  const { median, most } = spread(ms)
  const worst = most > goal * 1_000 ? `**${seconds(most)}**` : seconds(most)
  return `${seconds(median)} / ${worst} (${ms.length})`
}
const used = rows.filter(([key]) => [...found.values()].some((results) => results.has(key)))

console.log(`
${describeMachine()}

| Median / worst, s (runs) | ${[...found.keys()].join(' | ')} | Goal |
| --- | ${[...found.keys()].map(() => '--:').join(' | ')} | --: |
${used
  .map(([key, what, goal]) => {
    const cells = [...found.values()].map((results) => cell(results.get(key), goal))
    return `| ${what} | ${cells.join(' | ')} | ≤ ${goal} |`
  })
  .join('\n')}`)
process.exit()
