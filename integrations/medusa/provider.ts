import type {
  AuthorizePaymentOutput,
  InitiatePaymentInput,
  InitiatePaymentOutput,
  PaymentProviderInput,
  PaymentProviderOutput,
  ProviderWebhookPayload,
  RefundPaymentInput,
  UpdatePaymentInput,
  UpdatePaymentOutput,
  WebhookActionResult,
} from '@medusajs/framework/types'
import { AbstractPaymentProvider, MedusaError } from '@medusajs/framework/utils'
import { createClient, createWebhooks, InvalidSignatureError } from 'netgiro-checkout-client'
import type { Checkout, Client, Webhooks } from 'netgiro-checkout-client'
import { wholeKronur } from './amount.ts'
import { checkOptions } from './options.ts'
import type { NetgiroOptions } from './options.ts'
import { paidSessionOf } from './paid-session.ts'
import { refusalOf } from './refusal.ts'
import { refundOnce } from './refund-once.ts'
import { RefundTurns } from './refund-turns.ts'
import { createCheckout, updateCheckout, whyNotClosed } from './session-checkout.ts'
import { currency, readSessionData } from './session-data.ts'
import type { SessionData } from './session-data.ts'

/** The money is captured when the shopper approves, so a payment is never only `authorized`. */
const sessionStatus = {
  open: 'requires_more',
  starting: 'pending_authorization',
  awaiting_shopper: 'pending_authorization',
  awaiting_code: 'pending_authorization',
  confirming: 'pending_authorization',
  paid: 'captured',
  canceled: 'canceled',
  expired: 'canceled',
  // A person must look: Medusa completes no cart with it.
  review: 'error',
} as const satisfies Record<Checkout['status'], string>

/** Medusa's payments by Netgíró: one checkout of the payment server for each payment session. */
export class NetgiroProvider extends AbstractPaymentProvider<NetgiroOptions> {
  static override identifier = 'netgiro'

  readonly #client: Client
  readonly #webhooks: Webhooks
  readonly #options: NetgiroOptions
  readonly #turns = new RefundTurns(Date.now)

  constructor(container: Record<string, unknown>, options: NetgiroOptions) {
    super(container, options)
    this.#options = options
    this.#client = createClient({ url: options.url, key: options.key })
    this.#webhooks = createWebhooks(options.webhookSecret)
  }

  static override validateOptions(options: Record<string, unknown>): void {
    checkOptions(options)
  }

  async initiatePayment(input: InitiatePaymentInput): Promise<InitiatePaymentOutput> {
    const reference = input.data?.['session_id']
    if (typeof reference !== 'string') throw invalid('A payment without a session id')
    const amount = wholeKronur(input.amount, input.currency_code)
    const data = await createCheckout(this.#client.checkouts, this.#options, reference, amount)
    return { id: data.checkout, data, status: 'requires_more' }
  }

  /** Where another checkout is needed, it is created once nobody can pay the former one any more. */
  async updatePayment(input: UpdatePaymentInput): Promise<UpdatePaymentOutput> {
    const data = required(input)
    const amount = wholeKronur(input.amount, input.currency_code)
    const { checkouts } = this.#client
    const close = (checkout: string) => this.#close(checkout)
    const next = await updateCheckout(checkouts, this.#options, data, amount, close)
    return next === data ? { data } : { data: next, status: 'requires_more' }
  }

  /** @throws MedusaError where money may still move or has moved; Medusa then keeps the session, for its webhook */
  async deletePayment({ data }: PaymentProviderInput): Promise<PaymentProviderOutput> {
    const known = readSessionData(data)
    if (known) await this.#close(known.checkout)
    return {}
  }

  /** Asks the payment server: what the page says is no proof. */
  async authorizePayment(input: PaymentProviderInput): Promise<AuthorizePaymentOutput> {
    const data = required(input)
    const { status, amount, currency: paidIn } = await this.#client.checkouts.get(data.checkout)
    const isAsShown = amount === data.amount && paidIn === currency
    const isPaid = status === 'paid'
    return {
      status: isAsShown ? sessionStatus[status] : 'error',
      data: { ...data, status, ...(isPaid && { session: null }) },
    }
  }

  getPaymentStatus(input: PaymentProviderInput): Promise<AuthorizePaymentOutput> {
    return this.authorizePayment(input)
  }

  /** Netgíró has captured by the time that there is a payment. */
  async capturePayment(input: PaymentProviderInput): Promise<PaymentProviderOutput> {
    const { status, data = {} } = await this.authorizePayment(input)
    if (status !== 'captured') throw notAllowed('The payment server has not captured this payment')
    return { data }
  }

  async retrievePayment(input: PaymentProviderInput): Promise<PaymentProviderOutput> {
    const { data = {} } = await this.authorizePayment(input)
    return { data }
  }

  /** @throws MedusaError where the payment is captured: refund it instead */
  async cancelPayment(input: PaymentProviderInput): Promise<PaymentProviderOutput> {
    const data = required(input)
    await this.#close(data.checkout)
    return { data: { ...data, status: 'canceled' } }
  }

  async refundPayment(input: RefundPaymentInput): Promise<PaymentProviderOutput> {
    const data = required(input)
    const amount = wholeKronur(input.amount)
    const { checkout, refunds } = data
    const refund = await this.#turns.take(checkout, refunds, () =>
      this.#refund(checkout, amount, refunds),
    )
    if (!refund) throw notAllowed('Another refund of this payment is being made: try again')
    return { data: { ...data, refunds: refunds + 1 } }
  }

  /** @throws MedusaError where the webhook is not genuine */
  getWebhookActionAndData({
    rawData,
    headers,
  }: ProviderWebhookPayload['payload']): Promise<WebhookActionResult> {
    const paid = paidSessionOf(this.#verify(rawData, headers))
    return Promise.resolve(paid ? { action: 'captured', data: paid } : { action: 'not_supported' })
  }

  #verify(rawData: string | Buffer, headers: Record<string, unknown>) {
    try {
      return this.#webhooks.verify(rawData, headers as Record<string, string | undefined>)
    } catch (error) {
      if (!(error instanceof InvalidSignatureError)) throw error
      throw new MedusaError(MedusaError.Types.UNAUTHORIZED, error.message)
    }
  }

  async #close(checkout: string): Promise<void> {
    const { status } = await this.#client.checkouts.cancel(checkout)
    const reason = whyNotClosed(status)
    if (reason !== null) throw notAllowed(reason)
  }

  async #refund(checkout: string, amount: number, count: number) {
    try {
      return await refundOnce(this.#client.checkouts, checkout, amount, count)
    } catch (error) {
      const refusal = refusalOf(error)
      throw refusal === null ? error : notAllowed(refusal)
    }
  }
}

function required({ data }: PaymentProviderInput): SessionData {
  const known = readSessionData(data)
  if (!known) throw invalid('This payment session has no checkout at the payment server')
  return known
}

const invalid = (message: string) => new MedusaError(MedusaError.Types.INVALID_DATA, message)
const notAllowed = (message: string) => new MedusaError(MedusaError.Types.NOT_ALLOWED, message)
