/** What people change who see or read in another way: text spacing, colours of the system, and the keyboard's focus. */
import type { Page } from 'puppeteer-core'

/** [wcag] 1.4.12: the line height, the space after paragraphs, between letters and between words, in every element. */
const textSpacing = `
  * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
  p { margin-block-end: 2em !important }
`

/** Sets the text spacing, as the person's own style sheet or a bookmarklet does. */
export const spaceText = (page: Page): Promise<void> =>
  page.$$eval(
    '[data-state] > *',
    (elements, css) => {
      const sheet = new CSSStyleSheet()
      sheet.replaceSync(css)
      for (const { shadowRoot } of elements) shadowRoot?.adoptedStyleSheets.push(sheet)
    },
    textSpacing,
  )

/** The colours of a light shop. */
export const colorAsAShop = (page: Page): Promise<void> =>
  page.$$eval('[data-state] > *', (elements) => {
    const tokens = { text: '#222', muted: '#444', surface: '#fff', line: '#ddd', border: '#777' }
    for (const element of elements as HTMLElement[])
      for (const [name, color] of Object.entries(tokens))
        element.style.setProperty(`--netgiro-${name}`, color)
  })

/** [wcag] */
function luminance(color: readonly number[]): number {
  const [red = 0, green = 0, blue = 0] = color.map((byte) =>
    byte <= 10 ? byte / 255 / 12.92 : ((byte / 255 + 0.055) / 1.055) ** 2.4,
  )
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(one: readonly number[], other: readonly number[]): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (lighter + 0.05) / (darker + 0.05)
}

/** The texts of less than the contrast of criterion 1.4.3, and how much they have. */
export async function hardToRead(page: Page): Promise<readonly string[]> {
  // No function inside has a name: the loader would call a helper for it, which the page does not have.
  const texts = await page.$$eval('[data-state]', (frames) => {
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
    if (!canvas) throw new Error('there is no canvas')
    const found: { name: string; below: number[]; color: number[] }[] = []
    for (const frame of frames) {
      for (const element of frame.firstElementChild?.shadowRoot?.querySelectorAll('*') ?? []) {
        const hasText = [...element.childNodes].some(
          (node) => node instanceof Text && node.data.trim(),
        )
        if (!hasText || element.matches('[role=status]')) continue
        if (element.getBoundingClientRect().width === 0) continue
        const colors = [getComputedStyle(element).color]
        for (let at: Element | null = element; at && at !== frame;) {
          colors.unshift(getComputedStyle(at).backgroundColor)
          const root: Node = at.getRootNode()
          at = at.parentElement ?? (root instanceof ShadowRoot ? root.host : null)
        }
        const pixels: number[][] = []
        for (const color of ['Canvas', ...colors]) {
          canvas.fillStyle = color
          canvas.fillRect(0, 0, 1, 1)
          pixels.push([...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3))
        }
        const [below = [], color = []] = pixels.slice(-2)
        const name = `${frame.getAttribute('data-state') ?? ''}: “${element.textContent}”`
        found.push({ name, below, color })
      }
    }
    return found
  })
  return texts.flatMap(({ name, below, color }) => {
    const ratio = contrast(below, color)
    return ratio < 4.5 ? [`${name} by ${ratio.toFixed(1)}`] : []
  })
}

/** The errors around which no border can be seen, in colours in which their background is that of the card. */
export const withoutBorder = (page: Page): Promise<readonly string[]> =>
  page.$$eval('[data-state]', (frames) =>
    frames.flatMap((frame) => {
      const error = frame.firstElementChild?.shadowRoot?.querySelector('[part=error]')
      if (!error?.textContent) return []
      const { borderStyle, borderWidth, borderColor, color } = getComputedStyle(error)
      const isSeen = borderStyle === 'solid' && borderWidth !== '0px' && borderColor === color
      return isSeen ? [] : [`${frame.getAttribute('data-state') ?? ''}: ${borderColor}`]
    }),
  )

/** The controls whose outline is the same with the keyboard's focus as without. */
export async function withoutFocusRing(page: Page): Promise<readonly string[]> {
  // What a script focuses after a key shows the ring, as if the key had moved the focus there.
  await page.keyboard.press('Tab')
  return page.$$eval('[data-state]', (frames) => {
    const found: string[] = []
    for (const frame of frames) {
      const root = frame.firstElementChild?.shadowRoot
      const controls = root?.querySelectorAll<HTMLElement>('a, button, input, summary') ?? []
      for (const control of controls) {
        // The visible part of a choice stands after it.
        const shown = control.matches('[type=radio]') ? control.nextElementSibling : control
        if (!shown || control.getBoundingClientRect().width === 0) continue
        const outlines: string[] = []
        for (const change of ['blur', 'focus'] as const) {
          control[change]()
          const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(shown)
          outlines.push(`${outlineStyle} ${outlineWidth} ${outlineColor}`)
        }
        const [before = '', after = ''] = outlines
        const name = control.getAttribute('part') ?? control.id
        if (before === after || !after.startsWith('solid'))
          found.push(`${frame.getAttribute('data-state') ?? ''}: ${name}`)
      }
    }
    return found
  })
}
