import { languages } from '../../demo/gallery/gallery.ts'
import type { Tag } from '../../demo/gallery/states.ts'

/** One photograph: all states of an element in one language, theme and width. */
export interface Sheet {
  readonly tag: Tag
  readonly locale: string
  readonly theme: 'light' | 'dark'
  readonly layout?: 'compact' | 'dialog'
  readonly width: '320' | '420' | '600'
}

const tags = Object.keys(languages) as Tag[]

/**
 * Each language on the narrowest phone, where texts break first, in turn light and dark; one as wide as the element gets; and
 * the other layouts, a dialog as the button that opens it.
 */
export const sheets: readonly Sheet[] = [
  ...tags.flatMap((tag) =>
    languages[tag].map((locale, index): Sheet => ({
      ...{ tag, locale, width: '320' },
      theme: index % 2 === 0 ? 'light' : 'dark',
    })),
  ),
  { tag: 'netgiro-checkout', locale: 'is', theme: 'dark', width: '600' },
  { tag: 'netgiro-checkout', locale: 'en', theme: 'light', layout: 'compact', width: '320' },
  { tag: 'netgiro-checkout', locale: 'is', theme: 'dark', layout: 'compact', width: '600' },
  { tag: 'netgiro-checkout', locale: 'is', theme: 'light', layout: 'dialog', width: '320' },
]

/** Each element and layout where it is narrowest, in the language of the longest words. */
export const narrow: readonly Sheet[] = [
  ...tags.map((tag): Sheet => ({ tag, locale: 'is', theme: 'light', width: '320' })),
  { tag: 'netgiro-checkout', locale: 'pl', theme: 'light', layout: 'compact', width: '320' },
  { tag: 'netgiro-checkout', locale: 'is', theme: 'light', layout: 'dialog', width: '320' },
]

/** Open dialogs: on a phone, on a computer, and where the window is too low for the card. */
export const dialogs = [
  { window: [360, 740], state: 'waiting for 45 seconds', locale: 'is', theme: 'light' },
  { window: [1_000, 900], state: 'open, with the code for a phone', locale: 'en', theme: 'dark' },
  { window: [360, 420], state: 'paid, with a receipt', locale: 'en', theme: 'light' },
].map(({ window: [width = 0, height = 0], state, locale, theme }) => ({
  name: `dialog-${locale}-${theme}-${width}x${height}`,
  sheet: { tag: 'netgiro-checkout', locale, theme, layout: 'dialog', width: '320' } as Sheet,
  state,
  window: { width, height },
}))

export const nameOf = ({ tag, locale, theme, layout, width }: Sheet): string =>
  [tag, locale, theme, ...(layout ? [layout] : []), width].join('-')
