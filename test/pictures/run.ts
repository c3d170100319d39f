/**
 * Every state of every element, photographed from the gallery of the demo: `npm run test:pictures`, after `npm run build`. It fails
 * where something stands out of its card, and where a photograph differs from the one in `baselines/`; `--update` replaces those.
 */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openFixture } from '../e2e/fixture.ts'
import { browserOfBaselines, clearDifferences, compare, keep, keepBrowser } from './compare.ts'
import { openSheet, overflowing } from './photograph.ts'
import { nameOf, sheets } from './sheets.ts'

const isUpdate = process.argv.includes('--update')
const fixture = await openFixture()
const { demo, browser } = fixture
after(() => fixture.close())
clearDifferences()

const majorVersion = (await browser.version()).replace(/\..*/, '').replace('Headless', '')
const isSameBrowser = majorVersion === browserOfBaselines()
if (isUpdate) keepBrowser(majorVersion)
else if (!isSameBrowser)
  console.log(
    `The pictures were taken by ${browserOfBaselines()}, and this is ${majorVersion}, which draws letters differently: ` +
      'they are not compared; what stands out of its card is still found.',
  )

for (const sheet of sheets) {
  const { tag, locale, theme, width } = sheet
  const title = `every state of <${tag}> in ${locale}, ${theme}, ${width} px wide, stays in its card and looks as reviewed`
  void test(title, async () => {
    const page = await openSheet(browser, demo.shopUrl, sheet)
    try {
      assert.deepEqual(await overflowing(page), [])
      const gallery = await page.$('[data-gallery]')
      const photograph = await gallery?.screenshot({ type: 'png' })
      assert.ok(photograph)
      if (isUpdate) keep(nameOf(sheet), photograph)
      else if (isSameBrowser) {
        const { isSame, message } = compare(nameOf(sheet), photograph)
        assert.ok(isSame, message)
      }
    } finally {
      await page.close()
    }
  })
}
