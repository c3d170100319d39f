/** The elements in templates of Vue 3, with `@netgiro-paid`: `import type {} from 'netgiro-checkout/types/vue'`. */
import type { EmitsToProps, HTMLAttributes, PublicProps } from 'vue'
import type { Tags } from './tags.js'

/** As Vue’s documentation describes a custom element. */
type Component<Tag extends keyof Tags> = new () => Tags[Tag]['element'] & {
  /** @deprecated Exists for the types of templates only. */
  $props: HTMLAttributes & Tags[Tag]['attributes'] & PublicProps & EmitsToProps<Emits<Tag>>
  /** @deprecated Exists for the types of templates only. */
  $emit: (name: keyof Emits<Tag>) => void
}

type Emits<Tag extends keyof Tags> = {
  [Name in keyof Tags[Tag]['events']]: (event: Tags[Tag]['events'][Name]) => void
}

declare module 'vue' {
  interface GlobalComponents {
    'netgiro-checkout': Component<'netgiro-checkout'>
    'netgiro-pos': Component<'netgiro-pos'>
    'avarda-checkout': Component<'avarda-checkout'>
  }
}
