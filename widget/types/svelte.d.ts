/** The elements in markup of Svelte 5, with `onnetgiro-paid`: `import type {} from 'netgiro-checkout/types/svelte'`. */
import type { HTMLAttributes } from 'svelte/elements'
import type { Props, Tags } from './tags.js'

type Own<Tag extends keyof Tags> = Props<Tag, 'on'> &
  Omit<HTMLAttributes<Tags[Tag]['element']>, keyof Tags[Tag]['attributes']>

declare module 'svelte/elements' {
  interface SvelteHTMLElements {
    'netgiro-checkout': Own<'netgiro-checkout'>
    'netgiro-pos': Own<'netgiro-pos'>
    'avarda-checkout': Own<'avarda-checkout'>
  }
}
