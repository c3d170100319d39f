import type { Snapshot } from '../server/protocol/index.ts'
import type { MessageOverrides } from './messages/messages.ts'

/** Attributes that each element has, as a framework's templates write them. */
interface CommonAttributes {
  readonly session?: string | null | undefined
  readonly server?: string | null | undefined
  readonly snapshot?: Snapshot | string | null | undefined
  readonly name?: string | null | undefined
  readonly notify?: string | null | undefined
  readonly theme?: 'auto' | 'light' | 'dark' | null | undefined
}

/** Attributes of `<netgiro-checkout>`. */
export interface NetgiroCheckoutAttributes extends CommonAttributes {
  readonly locale?: 'is' | 'en' | 'pl' | null | undefined
  readonly phone?: string | null | undefined
  readonly layout?: 'inline' | 'compact' | 'dialog' | null | undefined
  /** A string, because not every framework writes a boolean as HTML does. */
  readonly open?: '' | null | undefined
  readonly 'hand-off'?: string | null | undefined
  readonly 'app-url'?: string | null | undefined
}

/** What has no attribute, for frameworks that set properties. */
export interface ElementProperties<M> {
  readonly messages?: MessageOverrides<M> | null | undefined
}

/** Attributes of `<netgiro-pos>`. */
export interface NetgiroPosAttributes extends CommonAttributes {
  readonly locale?: 'is' | 'en' | null | undefined
}

/** Attributes of `<avarda-checkout>`. */
export interface AvardaCheckoutAttributes extends CommonAttributes {
  readonly locale?: 'is' | 'en' | 'sv' | null | undefined
  readonly nonce?: string | undefined
  readonly 'return-url'?: string | null | undefined
}
