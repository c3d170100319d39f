/**
 * Every state of every element, photographed from the gallery of the demo: `npm run test:pictures`, after `npm run build`. It fails
 * where something stands out of its card, and where a photograph differs from the one in `baselines/`; `--update` replaces those.
 */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Page } from 'puppeteer-core'
import { openFixture } from '../e2e/fixture.ts'
import { colorAsAShop, hardToRead, spaceText, withoutBorder, withoutFocusRing } from './adapt.ts'
import { browserOfBaselines, clearDifferences, compare, keep, keepBrowser } from './compare.ts'
import { openDialog, openSheet, overflowing, type Adaptation } from './photograph.ts'
import { dialogs, nameOf, narrow, sheets, type Sheet } from './sheets.ts'

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

const review = (name: string, photograph: Uint8Array | undefined): void => {
  assert.ok(photograph)
  if (isUpdate) keep(name, photograph)
  else if (isSameBrowser) {
    const { isSame, message } = compare(name, photograph)
    assert.ok(isSame, message)
  }
}

const titleOf = ({ tag, locale, theme, layout, width }: Sheet): string =>
  `<${tag}> in ${locale}, ${theme}, ${layout ?? 'inline'}, ${width} px wide`

for (const sheet of sheets) {
  void test(`every state of ${titleOf(sheet)}, stays in its card and looks as reviewed`, async () => {
    const page = await openSheet(browser, demo.shopUrl, sheet)
    try {
      assert.deepEqual(await overflowing(page), [])
      const gallery = await page.$('[data-gallery]')
      review(nameOf(sheet), await gallery?.screenshot({ type: 'png' }))
    } finally {
      await page.close()
    }
  })
}

for (const { name, sheet, state, window } of dialogs) {
  void test(`the open dialog of “${state}” in ${titleOf(sheet)}, looks as reviewed`, async () => {
    const page = await openSheet(browser, demo.shopUrl, sheet)
    try {
      await openDialog(page, state, window)
      review(name, await page.screenshot({ type: 'png' }))
    } finally {
      await page.close()
    }
  })
}

const withSheet = async (
  sheet: Sheet,
  adaptation: Adaptation,
  use: (page: Page) => Promise<void>,
): Promise<void> => {
  const page = await openSheet(browser, demo.shopUrl, sheet, adaptation)
  try {
    await use(page)
  } finally {
    await page.close()
  }
}

for (const sheet of narrow) {
  void test(`every state of ${titleOf(sheet)}, stays in its card with the text spacing of a reader`, () =>
    withSheet(sheet, {}, async (page) => {
      await spaceText(page)
      assert.deepEqual(await overflowing(page), [])
    }))

  void test(`every state of ${titleOf(sheet)}, stays in its card with text of twice the size`, () =>
    withSheet(sheet, { textSize: '200%' }, async (page) =>
      assert.deepEqual(await overflowing(page), []),
    ))

  void test(`every state of ${titleOf(sheet)}, makes no page wider that is zoomed to 400 %`, () =>
    withSheet(sheet, { window: { width: 320, height: 256 } }, async (page) => {
      assert.deepEqual(await overflowing(page), [])
      assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 320)
    }))

  for (const scheme of ['light', 'dark'])
    void test(`every state of ${titleOf(sheet)}, can be read and operated in forced ${scheme} colours`, () => {
      const media = { 'forced-colors': 'active', 'prefers-color-scheme': scheme }
      return withSheet(sheet, { media }, async (page) => {
        await colorAsAShop(page)
        assert.deepEqual(await hardToRead(page), [])
        assert.deepEqual(await withoutBorder(page), [])
        assert.deepEqual(await withoutFocusRing(page), [])
      })
    })
}
