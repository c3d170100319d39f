// Printed from the OpenAPI document by `npm run client:types`; do not edit.

export type CreateRequest = {
  /** Your order number: at most 50 characters. It belongs to one living checkout at a time. */
  readonly reference: string
  /** In the currency’s minor unit: whole krónur for ISK, öre or cents for the others. */
  readonly amount: number
  /** ISO 4217. */
  readonly currency: 'ISK' | 'SEK' | 'NOK' | 'DKK' | 'EUR'
  /** Shown to the shopper: at most 4,000 characters, and what the provider accepts. */
  readonly description?: string | null
  /** The order line by line, for the provider. With Avarda, the amounts must add up. */
  readonly items?: readonly {
    /** What was bought. */
    readonly description: string
    /** With at most three decimals. */
    readonly quantity: number
    /** Of the whole line, tax included; negative for a discount. */
    readonly amount: number
    /** Avarda’s Notes of the row. */
    readonly notes?: string
    /** In percent. */
    readonly taxCode?: string
    /** The tax within `amount`. */
    readonly taxAmount?: number
    /** Avarda’s ProductGroup of the row. */
    readonly productGroup?: string
  }[]
  /** Who moves the money: `avarda` where it is set up. */
  readonly provider?: 'netgiro' | 'avarda'
  /** `web`, or `pos` for a point of sale. */
  readonly channel?: 'web' | 'pos'
  /** Of a point of sale; passed to Netgíró. */
  readonly locationId?: string | null
  /** Of a point of sale; passed to Netgíró. */
  readonly registerId?: string | null
  /** How long the checkout may be paid. Default: `CHECKOUT_LIFETIME_SECONDS`. */
  readonly expiresInSeconds?: number | null
  /** Fields that only one provider has, such as Avarda. */
  readonly providerOptions?: Readonly<Record<string, unknown>> | null
  /** Yours: at most 20 entries with names of 40 and texts of 500 characters. No browser sees it. */
  readonly metadata?: Readonly<Record<string, string>>
}

export type RefundRequest = {
  /** At most what was paid and has not gone back. */
  readonly amount: number
  /** Which payment, where the shopper paid twice. */
  readonly attemptId?: string
}

export type Refund = {
  /** Unguessable, and never reused. */
  readonly id: string
  /** Which payment is refunded. */
  readonly attemptId: string | null
  /** In the currency’s minor unit: whole krónur for ISK, öre or cents for the others. */
  readonly amount: number
  /** `pending` until the provider has settled it. */
  readonly status: 'pending' | 'refunded' | 'failed'
  /** When it was asked for. */
  readonly requestedAt: string
  /** When the provider settled it; null until then. */
  readonly settledAt: string | null
}

export type Checkout = {
  /** Unguessable, and never reused. */
  readonly id: string
  /** What the checkout waits for, or how it ended. */
  readonly status:
    | 'open'
    | 'starting'
    | 'awaiting_shopper'
    | 'awaiting_code'
    | 'confirming'
    | 'paid'
    | 'canceled'
    | 'expired'
    | 'review'
  /** Grows with every change: of two events, the higher one is current. */
  readonly version: number
  /** Your order number: at most 50 characters. */
  readonly reference: string
  /** In the currency’s minor unit: whole krónur for ISK, öre or cents for the others. */
  readonly amount: number
  /** ISO 4217. */
  readonly currency: string
  /** Shown to the shopper: at most 4,000 characters, and what the provider accepts. */
  readonly description: string | null
  /** The order line by line, for the provider. With Avarda, the amounts must add up. */
  readonly items: readonly {
    /** What was bought. */
    readonly description: string
    /** With at most three decimals. */
    readonly quantity: number
    /** Of the whole line, tax included; negative for a discount. */
    readonly amount: number
    /** Avarda’s Notes of the row. */
    readonly notes?: string
    /** In percent. */
    readonly taxCode?: string
    /** The tax within `amount`. */
    readonly taxAmount?: number
    /** Avarda’s ProductGroup of the row. */
    readonly productGroup?: string
  }[]
  /** Who moves the money. */
  readonly provider: string
  /** `web`, or `pos` for a point of sale. */
  readonly channel: string
  /** Of a point of sale; passed to Netgíró. */
  readonly locationId: string | null
  /** Of a point of sale; passed to Netgíró. */
  readonly registerId: string | null
  /** Yours: at most 20 entries with names of 40 and texts of 500 characters. No browser sees it. */
  readonly metadata: Readonly<Record<string, string>>
  /** When the checkout was created. */
  readonly createdAt: string
  /** When it can no longer be paid. */
  readonly expiresAt: string
  /** When the payment was confirmed. */
  readonly paidAt: string | null
  /** The signed receipt of a paid checkout, which any backend can verify; null otherwise. */
  readonly receipt: string | null
  /** Paid after the checkout had ended unpaid, or after the request had been given up. */
  readonly late: boolean
  /** Why a person must look at it, or null. May be set although it is paid. */
  readonly review:
    | 'amount_mismatch'
    | 'reference_mismatch'
    | 'currency_mismatch'
    | 'unproven_payment'
    | 'contradiction'
    | 'outcome_unknown'
    | 'duplicate_transaction'
    | 'paid_twice'
    | 'not_configured'
    | 'refund_exceeds_payment'
    | null
  /** The earlier checkout of this reference, which had ended unpaid. */
  readonly replaces: string | null
  /** Money that was taken: one or none, unless the shopper paid twice. */
  readonly payments: readonly {
    /** The attempt that it belongs to. */
    readonly attemptId: string
    /** Of the attempt. */
    readonly reference: string
    /** The provider’s id of the request. */
    readonly transactionId: string | null
    /** The provider’s id of the payment. */
    readonly paymentId: string | null
    /** As the provider reported it. */
    readonly amount: number | null
    /** When the payment was confirmed. */
    readonly paidAt: string
  }[]
  /** What went back so far. */
  readonly refundedAmount: number
  /** Every refund, oldest first. */
  readonly refunds: readonly Refund[]
  /** Every payment request for this checkout, oldest first. */
  readonly attempts: readonly {
    /** Unguessable, and never reused. */
    readonly id: string
    /** What the provider and the shopper’s app show: yours with a suffix. */
    readonly reference: string
    /** Whom the request went to. */
    readonly payer: {
      /** How the payer was identified. */
      readonly kind: 'phone' | 'national_id' | 'app_code' | 'provider_form'
      /** What may be shown of it. */
      readonly masked: string
    }
    /** The provider’s id of the request. */
    readonly transactionId: string | null
    /** When the request was sent. */
    readonly startedAt: string
    /** When the attempt ended; null while it is open. */
    readonly endedAt: string | null
    /** We do not know yet whether a call took effect: do not pay again. */
    readonly uncertain: boolean
    /** Who requested its cancellation; null where nobody did. */
    readonly cancelRequested:
      'shopper' | 'shop' | 'approval_timeout' | 'wrong_code' | 'capture_timeout' | null
    /** How the attempt ended without a payment; null while it is open, and when it was paid. */
    readonly outcome: 'declined' | 'canceled' | 'expired' | 'failed' | null
    /** Why it ended. */
    readonly reason:
      | 'declined'
      | 'canceled_by_shopper'
      | 'canceled_by_shop'
      | 'no_answer'
      | 'outcome_unknown'
      | 'request_not_sent'
      | 'amount_too_low'
      | 'provider_unavailable'
      | 'wrong_code'
      | 'canceled_or_failed'
      | 'paid_another_way'
      | 'ended_by_provider'
      | null
    /** The provider’s own code of the newest answer. */
    readonly providerCode: string | null
  }[]
}

export type CreatedCheckout = {
  /** Unguessable, and never reused. */
  readonly id: string
  /** What the checkout waits for, or how it ended. */
  readonly status:
    | 'open'
    | 'starting'
    | 'awaiting_shopper'
    | 'awaiting_code'
    | 'confirming'
    | 'paid'
    | 'canceled'
    | 'expired'
    | 'review'
  /** Grows with every change: of two events, the higher one is current. */
  readonly version: number
  /** Your order number: at most 50 characters. */
  readonly reference: string
  /** In the currency’s minor unit: whole krónur for ISK, öre or cents for the others. */
  readonly amount: number
  /** ISO 4217. */
  readonly currency: string
  /** Shown to the shopper: at most 4,000 characters, and what the provider accepts. */
  readonly description: string | null
  /** The order line by line, for the provider. With Avarda, the amounts must add up. */
  readonly items: readonly {
    /** What was bought. */
    readonly description: string
    /** With at most three decimals. */
    readonly quantity: number
    /** Of the whole line, tax included; negative for a discount. */
    readonly amount: number
    /** Avarda’s Notes of the row. */
    readonly notes?: string
    /** In percent. */
    readonly taxCode?: string
    /** The tax within `amount`. */
    readonly taxAmount?: number
    /** Avarda’s ProductGroup of the row. */
    readonly productGroup?: string
  }[]
  /** Who moves the money. */
  readonly provider: string
  /** `web`, or `pos` for a point of sale. */
  readonly channel: string
  /** Of a point of sale; passed to Netgíró. */
  readonly locationId: string | null
  /** Of a point of sale; passed to Netgíró. */
  readonly registerId: string | null
  /** Yours: at most 20 entries with names of 40 and texts of 500 characters. No browser sees it. */
  readonly metadata: Readonly<Record<string, string>>
  /** When the checkout was created. */
  readonly createdAt: string
  /** When it can no longer be paid. */
  readonly expiresAt: string
  /** When the payment was confirmed. */
  readonly paidAt: string | null
  /** The signed receipt of a paid checkout, which any backend can verify; null otherwise. */
  readonly receipt: string | null
  /** Paid after the checkout had ended unpaid, or after the request had been given up. */
  readonly late: boolean
  /** Why a person must look at it, or null. May be set although it is paid. */
  readonly review:
    | 'amount_mismatch'
    | 'reference_mismatch'
    | 'currency_mismatch'
    | 'unproven_payment'
    | 'contradiction'
    | 'outcome_unknown'
    | 'duplicate_transaction'
    | 'paid_twice'
    | 'not_configured'
    | 'refund_exceeds_payment'
    | null
  /** The earlier checkout of this reference, which had ended unpaid. */
  readonly replaces: string | null
  /** Money that was taken: one or none, unless the shopper paid twice. */
  readonly payments: readonly {
    /** The attempt that it belongs to. */
    readonly attemptId: string
    /** Of the attempt. */
    readonly reference: string
    /** The provider’s id of the request. */
    readonly transactionId: string | null
    /** The provider’s id of the payment. */
    readonly paymentId: string | null
    /** As the provider reported it. */
    readonly amount: number | null
    /** When the payment was confirmed. */
    readonly paidAt: string
  }[]
  /** What went back so far. */
  readonly refundedAmount: number
  /** Every refund, oldest first. */
  readonly refunds: readonly Refund[]
  /** Every payment request for this checkout, oldest first. */
  readonly attempts: readonly {
    /** Unguessable, and never reused. */
    readonly id: string
    /** What the provider and the shopper’s app show: yours with a suffix. */
    readonly reference: string
    /** Whom the request went to. */
    readonly payer: {
      /** How the payer was identified. */
      readonly kind: 'phone' | 'national_id' | 'app_code' | 'provider_form'
      /** What may be shown of it. */
      readonly masked: string
    }
    /** The provider’s id of the request. */
    readonly transactionId: string | null
    /** When the request was sent. */
    readonly startedAt: string
    /** When the attempt ended; null while it is open. */
    readonly endedAt: string | null
    /** We do not know yet whether a call took effect: do not pay again. */
    readonly uncertain: boolean
    /** Who requested its cancellation; null where nobody did. */
    readonly cancelRequested:
      'shopper' | 'shop' | 'approval_timeout' | 'wrong_code' | 'capture_timeout' | null
    /** How the attempt ended without a payment; null while it is open, and when it was paid. */
    readonly outcome: 'declined' | 'canceled' | 'expired' | 'failed' | null
    /** Why it ended. */
    readonly reason:
      | 'declined'
      | 'canceled_by_shopper'
      | 'canceled_by_shop'
      | 'no_answer'
      | 'outcome_unknown'
      | 'request_not_sent'
      | 'amount_too_low'
      | 'provider_unavailable'
      | 'wrong_code'
      | 'canceled_or_failed'
      | 'paid_another_way'
      | 'ended_by_provider'
      | null
    /** The provider’s own code of the newest answer. */
    readonly providerCode: string | null
  }[]
  /** What the page may have: `<netgiro-checkout session="…">`. */
  readonly session: string
  readonly snapshot: Snapshot
}

export type CheckoutWithHistory = {
  /** Unguessable, and never reused. */
  readonly id: string
  /** What the checkout waits for, or how it ended. */
  readonly status:
    | 'open'
    | 'starting'
    | 'awaiting_shopper'
    | 'awaiting_code'
    | 'confirming'
    | 'paid'
    | 'canceled'
    | 'expired'
    | 'review'
  /** Grows with every change: of two events, the higher one is current. */
  readonly version: number
  /** Your order number: at most 50 characters. */
  readonly reference: string
  /** In the currency’s minor unit: whole krónur for ISK, öre or cents for the others. */
  readonly amount: number
  /** ISO 4217. */
  readonly currency: string
  /** Shown to the shopper: at most 4,000 characters, and what the provider accepts. */
  readonly description: string | null
  /** The order line by line, for the provider. With Avarda, the amounts must add up. */
  readonly items: readonly {
    /** What was bought. */
    readonly description: string
    /** With at most three decimals. */
    readonly quantity: number
    /** Of the whole line, tax included; negative for a discount. */
    readonly amount: number
    /** Avarda’s Notes of the row. */
    readonly notes?: string
    /** In percent. */
    readonly taxCode?: string
    /** The tax within `amount`. */
    readonly taxAmount?: number
    /** Avarda’s ProductGroup of the row. */
    readonly productGroup?: string
  }[]
  /** Who moves the money. */
  readonly provider: string
  /** `web`, or `pos` for a point of sale. */
  readonly channel: string
  /** Of a point of sale; passed to Netgíró. */
  readonly locationId: string | null
  /** Of a point of sale; passed to Netgíró. */
  readonly registerId: string | null
  /** Yours: at most 20 entries with names of 40 and texts of 500 characters. No browser sees it. */
  readonly metadata: Readonly<Record<string, string>>
  /** When the checkout was created. */
  readonly createdAt: string
  /** When it can no longer be paid. */
  readonly expiresAt: string
  /** When the payment was confirmed. */
  readonly paidAt: string | null
  /** The signed receipt of a paid checkout, which any backend can verify; null otherwise. */
  readonly receipt: string | null
  /** Paid after the checkout had ended unpaid, or after the request had been given up. */
  readonly late: boolean
  /** Why a person must look at it, or null. May be set although it is paid. */
  readonly review:
    | 'amount_mismatch'
    | 'reference_mismatch'
    | 'currency_mismatch'
    | 'unproven_payment'
    | 'contradiction'
    | 'outcome_unknown'
    | 'duplicate_transaction'
    | 'paid_twice'
    | 'not_configured'
    | 'refund_exceeds_payment'
    | null
  /** The earlier checkout of this reference, which had ended unpaid. */
  readonly replaces: string | null
  /** Money that was taken: one or none, unless the shopper paid twice. */
  readonly payments: readonly {
    /** The attempt that it belongs to. */
    readonly attemptId: string
    /** Of the attempt. */
    readonly reference: string
    /** The provider’s id of the request. */
    readonly transactionId: string | null
    /** The provider’s id of the payment. */
    readonly paymentId: string | null
    /** As the provider reported it. */
    readonly amount: number | null
    /** When the payment was confirmed. */
    readonly paidAt: string
  }[]
  /** What went back so far. */
  readonly refundedAmount: number
  /** Every refund, oldest first. */
  readonly refunds: readonly Refund[]
  /** Every payment request for this checkout, oldest first. */
  readonly attempts: readonly {
    /** Unguessable, and never reused. */
    readonly id: string
    /** What the provider and the shopper’s app show: yours with a suffix. */
    readonly reference: string
    /** Whom the request went to. */
    readonly payer: {
      /** How the payer was identified. */
      readonly kind: 'phone' | 'national_id' | 'app_code' | 'provider_form'
      /** What may be shown of it. */
      readonly masked: string
    }
    /** The provider’s id of the request. */
    readonly transactionId: string | null
    /** When the request was sent. */
    readonly startedAt: string
    /** When the attempt ended; null while it is open. */
    readonly endedAt: string | null
    /** We do not know yet whether a call took effect: do not pay again. */
    readonly uncertain: boolean
    /** Who requested its cancellation; null where nobody did. */
    readonly cancelRequested:
      'shopper' | 'shop' | 'approval_timeout' | 'wrong_code' | 'capture_timeout' | null
    /** How the attempt ended without a payment; null while it is open, and when it was paid. */
    readonly outcome: 'declined' | 'canceled' | 'expired' | 'failed' | null
    /** Why it ended. */
    readonly reason:
      | 'declined'
      | 'canceled_by_shopper'
      | 'canceled_by_shop'
      | 'no_answer'
      | 'outcome_unknown'
      | 'request_not_sent'
      | 'amount_too_low'
      | 'provider_unavailable'
      | 'wrong_code'
      | 'canceled_or_failed'
      | 'paid_another_way'
      | 'ended_by_provider'
      | null
    /** The provider’s own code of the newest answer. */
    readonly providerCode: string | null
  }[]
  /** Everything that happened, oldest first. */
  readonly history: readonly {
    /** The attempt that it belongs to. */
    readonly attemptId: string | null
    /** Of the checkout after it. */
    readonly version: number
    /** When it happened. */
    readonly at: string
    /** What happened: `approved` is the shopper’s approval, `authorized` the shop’s answer at `AUTHORIZE_URL`. */
    readonly type: string
    /** The call to the provider whose answer this is. */
    readonly call: string | null
    /** The provider’s code. */
    readonly code: string | null
    /** The provider’s id of its answer, for its support. */
    readonly referenceId: string | null
    /** How often the same came again since. */
    readonly repeats: number
    /** When it was last repeated. */
    readonly lastAt: string | null
  }[]
}

export type EventList = {
  /** Oldest first. */
  readonly events: readonly Event[]
  /** For `after` of the next call. */
  readonly cursor: string
  /** Whether another page follows at once. */
  readonly hasMore: boolean
  /** A backup was restored: the page starts with the oldest event that is kept. */
  readonly restarted?: true
}

export type Event =
  | CheckoutPaidEvent
  | CheckoutAttemptFailedEvent
  | CheckoutCanceledEvent
  | CheckoutExpiredEvent
  | CheckoutReviewEvent
  | CheckoutRefundedEvent
  | CheckoutRefundFailedEvent

export type Webhook =
  | CheckoutPaidWebhook
  | CheckoutAttemptFailedWebhook
  | CheckoutCanceledWebhook
  | CheckoutExpiredWebhook
  | CheckoutReviewWebhook
  | CheckoutRefundedWebhook
  | CheckoutRefundFailedWebhook

export type CaptureRequest = {
  /** Always `checkout.authorize`. */
  readonly type: 'checkout.authorize'
  /** When it happened. */
  readonly timestamp: string
  /** What it is about. */
  readonly data: {
    readonly checkout: Checkout
  }
}

export type Problem = {
  /** Always `about:blank`: `code` tells the kind. */
  readonly type: string
  /** For people; its words may change. */
  readonly title: string
  /** The HTTP status. */
  readonly status: number
  /** Stable: decide by it. */
  readonly code:
    | 'invalid_request'
    | 'invalid_phone'
    | 'invalid_national_id'
    | 'invalid_app_code'
    | 'invalid_code'
    | 'code_not_expected'
    | 'unauthorized'
    | 'unknown_session'
    | 'origin_not_allowed'
    | 'not_found'
    | 'checkout_not_found'
    | 'checkout_closed'
    | 'attempt_open'
    | 'reference_conflict'
    | 'idempotency_key_reused'
    | 'idempotency_key_in_use'
    | 'not_supported'
    | 'not_paid'
    | 'refund_too_large'
    | 'refund_refused'
    | 'unsupported_media_type'
    | 'body_too_large'
    | 'request_not_sent'
    | 'too_many_requests'
    | 'phone_busy'
    | 'too_little_time'
    | 'too_many_streams'
    | 'provider_unavailable'
    | 'temporarily_unavailable'
    | 'shutting_down'
    | 'internal_error'
  /** For people: the fields that are wrong. */
  readonly detail?: string
  /** With `reference_conflict`: the checkout that has the reference. */
  readonly checkoutId?: string
  /** With `phone_busy`: the other request came from here, and nobody follows it any more; `cancelWaiting` cancels it first. */
  readonly canCancelWaiting?: boolean
}

export type Snapshot = {
  /** What the checkout waits for, or how it ended. */
  readonly status:
    | 'open'
    | 'starting'
    | 'awaiting_shopper'
    | 'awaiting_code'
    | 'confirming'
    | 'paid'
    | 'canceled'
    | 'expired'
    | 'review'
  /** Grows with every change: of two events, the higher one is current. */
  readonly version: number
  /** In the currency’s minor unit: whole krónur for ISK, öre or cents for the others. */
  readonly amount: number
  /** ISO 4217. */
  readonly currency: string
  /** Your order number: at most 50 characters. */
  readonly reference: string
  /** Shown to the shopper: at most 4,000 characters, and what the provider accepts. */
  readonly description: string | null
  /** The shop’s name, as the shopper sees it. */
  readonly merchant: string
  /** The masked number that the newest request went to. */
  readonly phone: string | null
  /** When the request, or else the checkout, ends. */
  readonly expiresAt: string
  /** The clock of the server, for countdowns. */
  readonly serverTime: string
  /** Whether a cancellation was requested that has no result yet. */
  readonly cancelRequested: boolean
  /** We do not know yet whether a call took effect: do not pay again. */
  readonly uncertain: boolean
  /** How the newest attempt ended; null before the first, while one is open, and when it was paid. */
  readonly lastAttempt: {
    /** How the attempt ended without a payment. */
    readonly outcome: 'declined' | 'canceled' | 'expired' | 'failed'
    /** Why it ended. */
    readonly reason:
      | 'declined'
      | 'canceled_by_shopper'
      | 'canceled_by_shop'
      | 'no_answer'
      | 'outcome_unknown'
      | 'request_not_sent'
      | 'amount_too_low'
      | 'provider_unavailable'
      | 'wrong_code'
      | 'canceled_or_failed'
      | 'paid_another_way'
      | 'ended_by_provider'
  } | null
  /** When the payment was confirmed; only with `paid`. */
  readonly paidAt?: string
  /** When the request was sent; only with `review`. */
  readonly requestedAt?: string
  /** With `paid` and `review`: what a shopper quotes to support. */
  readonly supportCode?: string
  /** The signed receipt; only with `paid`. */
  readonly receipt?: string
  /** At a point of sale: whom the request went to. */
  readonly payer?: {
    /** How the payer was identified. */
    readonly kind: 'phone' | 'national_id' | 'app_code' | 'provider_form'
    /** What may be shown of it. */
    readonly masked: string
  }
  /** With `awaiting_code`: about the code from the SMS. */
  readonly code?: {
    /** Whether the code before was wrong. */
    readonly refused: boolean
    /** How often a code may still be submitted. */
    readonly triesLeft: number
  }
  /** With `awaiting_shopper` of Avarda: what its form needs. */
  readonly form?: {
    /** The address of the form’s script. */
    readonly script: string
    /** What the form’s script is given. */
    readonly settings: Readonly<Record<string, string>>
  }
}

export type CheckoutPaidEvent = {
  /** Unguessable, and never reused. */
  readonly id: string
  /** Which event it is. Ignore those that you do not know. */
  readonly type: 'checkout.paid'
  /** When it happened. */
  readonly timestamp: string
  /** What it is about. */
  readonly data: {
    readonly checkout: Checkout
  }
}

export type CheckoutAttemptFailedEvent = {
  /** Unguessable, and never reused. */
  readonly id: string
  /** Which event it is. Ignore those that you do not know. */
  readonly type: 'checkout.attempt_failed'
  /** When it happened. */
  readonly timestamp: string
  /** What it is about. */
  readonly data: {
    readonly checkout: Checkout
  }
}

export type CheckoutCanceledEvent = {
  /** Unguessable, and never reused. */
  readonly id: string
  /** Which event it is. Ignore those that you do not know. */
  readonly type: 'checkout.canceled'
  /** When it happened. */
  readonly timestamp: string
  /** What it is about. */
  readonly data: {
    readonly checkout: Checkout
  }
}

export type CheckoutExpiredEvent = {
  /** Unguessable, and never reused. */
  readonly id: string
  /** Which event it is. Ignore those that you do not know. */
  readonly type: 'checkout.expired'
  /** When it happened. */
  readonly timestamp: string
  /** What it is about. */
  readonly data: {
    readonly checkout: Checkout
  }
}

export type CheckoutReviewEvent = {
  /** Unguessable, and never reused. */
  readonly id: string
  /** Which event it is. Ignore those that you do not know. */
  readonly type: 'checkout.review'
  /** When it happened. */
  readonly timestamp: string
  /** What it is about. */
  readonly data: {
    readonly checkout: Checkout
  }
}

export type CheckoutRefundedEvent = {
  /** Unguessable, and never reused. */
  readonly id: string
  /** Which event it is. Ignore those that you do not know. */
  readonly type: 'checkout.refunded'
  /** When it happened. */
  readonly timestamp: string
  /** What it is about. */
  readonly data: {
    readonly checkout: Checkout
  }
}

export type CheckoutRefundFailedEvent = {
  /** Unguessable, and never reused. */
  readonly id: string
  /** Which event it is. Ignore those that you do not know. */
  readonly type: 'checkout.refund_failed'
  /** When it happened. */
  readonly timestamp: string
  /** What it is about. */
  readonly data: {
    readonly checkout: Checkout
  }
}

export type CheckoutPaidWebhook = {
  /** Which event it is. Ignore those that you do not know. */
  readonly type: 'checkout.paid'
  /** When it happened. */
  readonly timestamp: string
  /** What it is about. */
  readonly data: {
    readonly checkout: Checkout
  }
}

export type CheckoutAttemptFailedWebhook = {
  /** Which event it is. Ignore those that you do not know. */
  readonly type: 'checkout.attempt_failed'
  /** When it happened. */
  readonly timestamp: string
  /** What it is about. */
  readonly data: {
    readonly checkout: Checkout
  }
}

export type CheckoutCanceledWebhook = {
  /** Which event it is. Ignore those that you do not know. */
  readonly type: 'checkout.canceled'
  /** When it happened. */
  readonly timestamp: string
  /** What it is about. */
  readonly data: {
    readonly checkout: Checkout
  }
}

export type CheckoutExpiredWebhook = {
  /** Which event it is. Ignore those that you do not know. */
  readonly type: 'checkout.expired'
  /** When it happened. */
  readonly timestamp: string
  /** What it is about. */
  readonly data: {
    readonly checkout: Checkout
  }
}

export type CheckoutReviewWebhook = {
  /** Which event it is. Ignore those that you do not know. */
  readonly type: 'checkout.review'
  /** When it happened. */
  readonly timestamp: string
  /** What it is about. */
  readonly data: {
    readonly checkout: Checkout
  }
}

export type CheckoutRefundedWebhook = {
  /** Which event it is. Ignore those that you do not know. */
  readonly type: 'checkout.refunded'
  /** When it happened. */
  readonly timestamp: string
  /** What it is about. */
  readonly data: {
    readonly checkout: Checkout
  }
}

export type CheckoutRefundFailedWebhook = {
  /** Which event it is. Ignore those that you do not know. */
  readonly type: 'checkout.refund_failed'
  /** When it happened. */
  readonly timestamp: string
  /** What it is about. */
  readonly data: {
    readonly checkout: Checkout
  }
}
