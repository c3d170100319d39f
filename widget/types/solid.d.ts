/** The elements in JSX of Solid, with `on:netgiro-paid`: `import type {} from 'netgiro-checkout/types/solid'`. */
import type { JSX } from 'solid-js'
import type { ElementProperties } from '../attributes.js'
import type { Props, Tags } from './tags.js'

/** Solid sets a property of a custom element, and an attribute where it is told to. What has no attribute is left out. */
type Attributes<Tag extends keyof Tags> = {
  [
    Name in Exclude<
      keyof Tags[Tag]['attributes'] & string,
      keyof ElementProperties<unknown>
    > as `attr:${Name}`
  ]?: Extract<Tags[Tag]['attributes'][Name], string | null | undefined>
}

type Own<Tag extends keyof Tags> = Props<Tag, 'on:'> &
  Attributes<Tag> &
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
