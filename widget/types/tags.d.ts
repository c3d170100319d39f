import type {
  AvardaCheckoutAttributes,
  ElementProperties,
  NetgiroCheckoutAttributes,
  NetgiroPosAttributes,
} from '../attributes.js'
import type { NetgiroCheckout, NetgiroCheckoutEventMap } from '../index.js'
import type { NetgiroPos, NetgiroPosEventMap } from '../pos/index.js'
import type { AvardaCheckout } from '../avarda/index.js'
import type { FormMessages } from '../avarda/messages/messages.js'
import type { Messages } from '../messages/messages.js'
import type { PosMessages } from '../pos/messages/messages.js'

/** Each tag with its element, attributes and events. */
export interface Tags {
  'netgiro-checkout': Tag<
    NetgiroCheckout,
    NetgiroCheckoutAttributes & ElementProperties<Messages>,
    NetgiroCheckoutEventMap
  >
  'netgiro-pos': Tag<
    NetgiroPos,
    NetgiroPosAttributes & ElementProperties<PosMessages>,
    NetgiroPosEventMap
  >
  'avarda-checkout': Tag<
    AvardaCheckout,
    AvardaCheckoutAttributes & ElementProperties<FormMessages>,
    NetgiroCheckoutEventMap
  >
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
