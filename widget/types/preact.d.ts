/** The elements in JSX of Preact: `import type {} from 'netgiro-checkout/types/preact'`. */
import type { HTMLAttributes } from 'preact'
import type { Props, Tags } from './tags.js'

type Own<Tag extends keyof Tags> = Props<Tag, 'on'> &
  Omit<HTMLAttributes<Tags[Tag]['element']>, keyof Tags[Tag]['attributes']>

declare module 'preact' {
  namespace JSX {
    interface IntrinsicElements {
      'netgiro-checkout': Own<'netgiro-checkout'>
      'netgiro-pos': Own<'netgiro-pos'>
      'avarda-checkout': Own<'avarda-checkout'>
    }
  }
}
