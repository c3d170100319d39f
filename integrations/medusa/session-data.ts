export const currency = 'ISK'

/**
 * The `data` of a payment session and, later, of its payment. Medusa merges it over what the page has sent, so every key that
 * the provider reads back is set at the start, or a shopper could set it.
 */
export interface SessionData extends Record<string, unknown> {
  /** Id of the checkout at the payment server. */
  readonly checkout: string
  /** Medusa's id of the payment session, which is the reference of the checkout. */
  readonly reference: string
  /** Whole krónur. */
  readonly amount: number
  /** Of the checkout, when it was read last. */
  readonly status: string
  /** For the element's attribute `session`; null once the payment is there. */
  readonly session: string | null
  /** For the element's attribute `server`. */
  readonly server: string
  /** How many refunds Medusa has on disk. */
  readonly refunds: number
}

/** Null before the checkout was created: then nobody can pay. */
export function readSessionData(data: Readonly<Record<string, unknown>> = {}): SessionData | null {
  const { checkout, reference, amount, refunds } = data
  const isOurs =
    typeof checkout === 'string' &&
    typeof reference === 'string' &&
    typeof amount === 'number' &&
    typeof refunds === 'number'
  return isOurs ? (data as SessionData) : null
}
