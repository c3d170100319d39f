import type {
  AvardaCheckoutAttributes,
  NetgiroCheckoutAttributes,
  NetgiroCheckoutProperties,
  NetgiroPosAttributes,
} from '../attributes.js'
import type { NetgiroCheckout, NetgiroCheckoutEventMap } from '../index.js'
import type { NetgiroPos, NetgiroPosEventMap } from '../pos/index.js'
import type { AvardaCheckout } from '../avarda/index.js'

/** Each tag with its element, attributes and events. */
export interface Tags {
  'netgiro-checkout': Tag<
    NetgiroCheckout,
    NetgiroCheckoutAttributes & NetgiroCheckoutProperties,
    NetgiroCheckoutEventMap
  >
  'netgiro-pos': Tag<NetgiroPos, NetgiroPosAttributes, NetgiroPosEventMap>
  'avarda-checkout': Tag<AvardaCheckout, AvardaCheckoutAttributes, NetgiroCheckoutEventMap>
}

interface Tag<Element, Attributes, Events> {
  element: Element
  attributes: Attributes
  events: Events
}

/** Handlers under the names that a framework gives them, e.g. `onnetgiro-paid`. */
export type Handlers<Tag extends keyof Tags, Prefix extends string> = {
  [Name in keyof Tags[Tag]['events'] & string as `${Prefix}${Name}`]?:
    ((event: Tags[Tag]['events'][Name]) => void) | undefined
}

export type Props<Tag extends keyof Tags, Prefix extends string> = Tags[Tag]['attributes'] &
  Handlers<Tag, Prefix>
