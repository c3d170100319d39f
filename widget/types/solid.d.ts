/** The elements in JSX of Solid, with `on:netgiro-paid`: `import type {} from 'netgiro-checkout/types/solid'`. */
import type { JSX } from 'solid-js'
import type { Props, Tags } from './tags.js'

type Own<Tag extends keyof Tags> = Props<Tag, 'on:'> &
  Omit<JSX.HTMLAttributes<Tags[Tag]['element']>, keyof Tags[Tag]['attributes']>

declare module 'solid-js' {
  namespace JSX {
    interface IntrinsicElements {
      'netgiro-checkout': Own<'netgiro-checkout'>
      'netgiro-pos': Own<'netgiro-pos'>
      'avarda-checkout': Own<'avarda-checkout'>
    }
  }
}
