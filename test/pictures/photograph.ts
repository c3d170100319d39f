import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'puppeteer-core'
import type { Sheet } from './sheets.ts'

/** How a person has set up the browser. */
export interface Adaptation {
  /** What the system has set, beside less motion. */
  readonly media?: Readonly<Record<string, string>>
  /** The size of the page's text, as `200%`. */
  readonly textSize?: string
  /** Width and height of the window. */
  readonly window?: { readonly width: number; readonly height: number }
}

/** The element's own font, so that no machine's fonts are in the pictures. */
const fonts = ['latin', 'latin-ext'] as const
const ranges = {
  latin: 'U+0000-00FF, U+2000-206F, U+20AC, U+2122',
  'latin-ext': 'U+0100-02BA, U+1E00-1E9F',
}

/** The page's own pixels are halved: what changes is still seen, and the pictures stay small. */
const scale = 0.5

async function fontFaces(): Promise<string> {
  const faces = fonts.map(async (name) => {
    const file = `@fontsource-variable/montserrat/files/montserrat-${name}-wght-normal.woff2`
    const data = await readFile(fileURLToPath(import.meta.resolve(file)), 'base64')
    return `@font-face {
      font-family: Montserrat;
      font-weight: 100 900;
      src: url(data:font/woff2;base64,${data});
      unicode-range: ${ranges[name]};
    }`
  })
  return (await Promise.all(faces)).join('\n')
}

/** Opens the gallery at a sheet, with the font that comes with the tests and without animations. */
export async function openSheet(
  browser: Browser,
  shopUrl: string,
  sheet: Sheet,
  { media, textSize = '100%', window = { width: 1_440, height: 900 } }: Adaptation = {},
): Promise<Page> {
  const page = await browser.newPage()
  await page.setViewport({ ...window, deviceScaleFactor: scale })
  // Not through Puppeteer, which knows no forced colours.
  const devtools = await page.createCDPSession()
  const all = { 'prefers-color-scheme': 'light', 'prefers-reduced-motion': 'reduce', ...media }
  const features = Object.entries(all).map(([name, value]) => ({ name, value }))
  await devtools.send('Emulation.setEmulatedMedia', { features })
  await page.emulateTimezone('Atlantic/Reykjavik')
  await page.setBypassCSP(true)
  const { tag, locale, theme, layout = 'inline', width } = sheet
  const query = new URLSearchParams({ element: tag, locale, theme, layout, width, plain: '' })
  await page.goto(`${shopUrl}/gallery?${query.toString()}`)
  // The edge of a card in a row of pixels that is cut is drawn differently from time to time.
  const edge = '[data-gallery] { padding-block-end: 8px }'
  const size = `html { font-size: ${textSize} }`
  const content = `${await fontFaces()} * { font-family: Montserrat !important } ${edge} ${size}`
  await page.addStyleTag({ content })
  const isComplete = `document.querySelector('[data-gallery]').dataset.isComplete === 'yes'`
  await page.waitForFunction(isComplete, { polling: 200, timeout: 60_000 })
  // What the elements load on demand is shown a moment later.
  await page.waitForNetworkIdle({ idleTime: 250 })
  await page.evaluate(`document.fonts.load('600 16px Montserrat').then(() => document.fonts.ready)`)
  return page
}

/** Opens the dialog of one state in a window of this size. */
export async function openDialog(
  page: Page,
  state: string,
  window: { readonly width: number; readonly height: number },
): Promise<void> {
  await page.setViewport({ ...window, deviceScaleFactor: scale })
  const frame = await page.waitForSelector(`[data-state="${state}"]`)
  await frame?.evaluate(({ firstElementChild }) => firstElementChild?.setAttribute('open', ''))
  await page.waitForFunction(
    (name: string) =>
      document
        .querySelector(`[data-state="${name}"]`)
        ?.firstElementChild?.shadowRoot?.querySelector('dialog[open]'),
    { polling: 200 },
    state,
  )
  // A caret that blinks would be there or not.
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
}

/**
 * Where a box stands out of its card, or a text out of the card's padding, what only a screen reader reads aside: the state, the part
 * and by how many pixels. A text is measured by itself, because it does not make its box wider.
 */
export const overflowing = (page: Page): Promise<readonly string[]> =>
  page.$$eval('[data-state]', (frames) =>
    frames.flatMap((frame) => {
      const root = frame.firstElementChild?.shadowRoot
      const card = root?.querySelector('[part=card]')
      if (!root || !card) return [`${frame.getAttribute('data-state') ?? ''}: no card`]
      const { left, right } = card.getBoundingClientRect()
      const { paddingLeft, paddingRight } = getComputedStyle(card)
      return [...root.querySelectorAll('[part=card] :not([role=status])')].flatMap((part) => {
        const box = part.getBoundingClientRect()
        if (box.width === 0) return []
        const outs = [box.right - right, left - box.left]
        for (const node of part.childNodes) {
          if (!(node instanceof Text) || !node.data.trim()) continue
          const range = document.createRange()
          range.selectNode(node)
          const text = range.getBoundingClientRect()
          outs.push(text.right - right + parseFloat(paddingRight))
          outs.push(left + parseFloat(paddingLeft) - text.left)
        }
        const out = Math.max(...outs)
        if (out <= 1) return []
        const name = part.getAttribute('part') ?? part.tagName
        return [`${frame.getAttribute('data-state') ?? ''}: ${name} by ${Math.round(out)} px`]
      })
    }),
  )
