import assert from 'node:assert/strict'
import axe, { type AxeResults } from 'axe-core'
import { engine } from './engine.ts'
import { Shopper } from './shopper.ts'
import { scenario } from './scenario.ts'
import type { Fixture } from './fixture.ts'

/** Values that indicate a bug when they appear in a text. */
const programValue = /\b(?:undefined|null|NaN|false|true)\b|\[object/

/** Only the DevTools protocol can say which colours a person prefers. */
const schemes = engine === 'chromium' ? (['light', 'dark'] as const) : [null]
const scheme = (value: 'light' | 'dark') => [{ name: 'prefers-color-scheme', value }]

export function accessibilityScenarios(fixture: Fixture): void {
  scenario(
    'axe finds no violation and no program value on any page, in light and dark mode',
    async () => {
      const shopper = await Shopper.arrive(fixture)
      for (const path of await pages(shopper)) {
        for (const value of schemes) {
          if (value) await shopper.page.emulateMediaFeatures(scheme(value))
          await shopper.visit(path)
          assert.deepEqual(await violations(shopper), [], `${path}, ${value ?? 'light'}`)
          assert.doesNotMatch(await shopper.text(), programValue, path)
        }
      }
      await shopper.leave()
    },
  )

  scenario('every page fits into a width of 320 pixels', async () => {
    const shopper = await Shopper.arrive(fixture)
    const all = await pages(shopper)
    await shopper.page.setViewport({ width: 320, height: 640 })
    for (const path of all) {
      await shopper.visit(path)
      const tooWide = await shopper.page.evaluate(
        () => document.documentElement.scrollWidth - window.innerWidth,
      )
      assert.ok(tooWide <= 0, `${path} is ${tooWide} px too wide`)
    }
    await shopper.leave()
  })
}

/** The path of every page, each with content on it. */
async function pages(shopper: Shopper): Promise<readonly string[]> {
  await shopper.putInCart('lopapeysa')
  const order = await shopper.checkOut()
  const own = [`/checkout/${order}`, `/orders/${order}`]
  const others = ['/shopkeeper', '/gallery', '/other-ways-to-pay', '/nowhere']
  return ['/', '/cart', '/pos', '/sweden', ...own, ...others]
}

async function violations({ page }: Shopper): Promise<readonly string[]> {
  // The debugger evaluates it, so the page's content security policy need not allow it.
  await page.evaluate(axe.source)
  const results = (await page.evaluate('axe.run()')) as AxeResults
  return results.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`,
  )
}
