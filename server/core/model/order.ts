/** What the shop wants paid. It never changes after creation. */
export interface Order {
  readonly reference: string
  /** Integer in the currency's ISO 4217 minor unit; ISK has none, so whole krónur. */
  readonly amount: number
  readonly currency: string
  readonly description: string | null
  readonly items: readonly Item[]
  readonly provider: string
  readonly channel: Channel
  readonly locationId: string | null
  readonly registerId: string | null
  readonly metadata: Readonly<Record<string, string>>
}

/** The shopper's own browser, or a shop's point of sale. */
export type Channel = 'web' | 'pos'

export interface Item {
  readonly description: string
  readonly quantity: number
  /** Of the whole line, not of one piece, tax included; a discount is negative. In the minor unit. */
  readonly amount: number
  readonly notes?: string | undefined
  /** In percent, e.g. `24`. */
  readonly taxCode?: string | undefined
  /** Of the whole line, in the minor unit. */
  readonly taxAmount?: number | undefined
  readonly productGroup?: string | undefined
}
