import { languages } from '../../demo/gallery/gallery.ts'
import type { Tag } from '../../demo/gallery/states.ts'

/** One photograph: all states of an element in one language, theme and width. */
export interface Sheet {
  readonly tag: Tag
  readonly locale: string
  readonly theme: 'light' | 'dark'
  readonly width: '320' | '420' | '600'
}

const tags = Object.keys(languages) as Tag[]

/** Each language on the narrowest phone, where texts break first, in turn light and dark; and one as wide as the element gets. */
export const sheets: readonly Sheet[] = [
  ...tags.flatMap((tag) =>
    languages[tag].map((locale, index): Sheet => ({
      ...{ tag, locale, width: '320' },
      theme: index % 2 === 0 ? 'light' : 'dark',
    })),
  ),
  { tag: 'netgiro-checkout', locale: 'is', theme: 'dark', width: '600' },
]

export const nameOf = ({ tag, locale, theme, width }: Sheet): string =>
  [tag, locale, theme, width].join('-')
