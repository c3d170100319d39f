/** The demo as people use it, in a real browser. `npm run test:e2e` */
import { spawnSync } from 'node:child_process'
import { after } from 'node:test'
import { fileURLToPath } from 'node:url'
import { looking } from './looking.ts'
import { paying } from './paying.ts'
import { receiving } from './receiving.ts'
import { scenarioStep } from './scenario.ts'
import { refunding } from './refunding.ts'
import { sweden } from './sweden.ts'
import { till } from './till.ts'
import { trusting } from './trusting.ts'
import { openFixture } from './fixture.ts'

// Without `--built` it builds first, so that it never tests an older bundle than the sources.
if (!process.argv.includes('--built')) {
  const cwd = fileURLToPath(new URL('../..', import.meta.url))
  const { status } = spawnSync(process.execPath, ['build.mjs'], { cwd, stdio: 'inherit' })
  if (status !== 0) throw new Error('the build failed')
}

const fixture = await openFixture()
const newer = await openFixture('v2')
after(() => Promise.all([fixture.close(), newer.close()]))
scenarioStep('a shopper', () => paying(fixture))
scenarioStep('a till', () => till(fixture))
scenarioStep('a shop with Netgíró’s V2', () => refunding(newer))
scenarioStep('a shopper in Sweden', () => sweden(fixture))
scenarioStep('the shop trusts no browser', () => trusting(fixture))
scenarioStep('the shop looks right', () => looking(fixture))
scenarioStep('the shop’s webhook', () => receiving())
