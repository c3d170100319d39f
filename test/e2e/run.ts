/** The demo as people use it, in a real browser. `npm run test:e2e` */
import { spawnSync } from 'node:child_process'
import { after } from 'node:test'
import { fileURLToPath } from 'node:url'
import { looking } from './looking.ts'
import { paying } from './paying.ts'
import { receiving } from './receiving.ts'
import { chapter } from './story.ts'
import { refunding } from './refunding.ts'
import { sweden } from './sweden.ts'
import { till } from './till.ts'
import { trusting } from './trusting.ts'
import { openWorld } from './world.ts'

// Yesterday's bundle would test yesterday's element.
const cwd = fileURLToPath(new URL('../..', import.meta.url))
const { status } = spawnSync(process.execPath, ['build.mjs'], { cwd, stdio: 'inherit' })
if (status !== 0) throw new Error('the build failed')

const world = await openWorld()
const newer = await openWorld('v2')
after(() => Promise.all([world.close(), newer.close()]))
chapter('a shopper', () => paying(world))
chapter('a till', () => till(world))
chapter('a shop with Netgíró’s V2', () => refunding(newer))
chapter('a shopper in Sweden', () => sweden(world))
chapter('the shop trusts no browser', () => trusting(world))
chapter('the shop looks right', () => looking(world))
chapter('the shop’s webhook', () => receiving())
