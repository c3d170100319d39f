import { MedusaError } from '@medusajs/framework/utils'

/** `options` of the provider in `medusa-config.ts`. */
export interface NetgiroOptions {
  /** `PUBLIC_URL` of the payment server, such as `https://pay.shop.is`. */
  readonly url: string
  /** `MERCHANT_API_KEY` of the payment server. */
  readonly key: string
  /** `WEBHOOK_SECRET` of the payment server; both, separated by a comma, while it is rotated. */
  readonly webhookSecret: string
  /** How long a payment session may be paid; default: `CHECKOUT_LIFETIME_SECONDS` of the payment server. */
  readonly lifetimeSeconds?: number
}

/** @throws MedusaError that names every option that is missing */
export function checkOptions(options: Readonly<Record<string, unknown>>): void {
  const missing = ['url', 'key', 'webhookSecret'].filter((name) => {
    const value = options[name]
    return typeof value !== 'string' || value === ''
  })
  if (missing.length === 0) return
  throw new MedusaError(
    MedusaError.Types.INVALID_DATA,
    `netgiro-checkout-medusa needs the options ${missing.join(', ')}`,
  )
}
