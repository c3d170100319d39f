/** The elements in JSX of React 19: `import type {} from 'netgiro-checkout/types/react'`. */
import type { DetailedHTMLProps, HTMLAttributes } from 'react'
import type { Props, Tags } from './tags.js'

type Own<Tag extends keyof Tags> = Props<Tag, 'on'> &
  Omit<
    DetailedHTMLProps<HTMLAttributes<Tags[Tag]['element']>, Tags[Tag]['element']>,
    keyof Tags[Tag]['attributes']
  >

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'netgiro-checkout': Own<'netgiro-checkout'>
      'netgiro-pos': Own<'netgiro-pos'>
      'avarda-checkout': Own<'avarda-checkout'>
    }
  }
}
