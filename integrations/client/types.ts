// Printed from the OpenAPI document by `npm run client:types`; do not edit.

export type CreateRequest = {
  readonly reference: string
  readonly amount: number
  readonly currency: 'ISK' | 'SEK' | 'NOK' | 'DKK' | 'EUR'
  readonly description?: string | null
  readonly items?: readonly {
    readonly description: string
    readonly quantity: number
    readonly amount: number
    readonly notes?: string
    readonly taxCode?: string
    readonly taxAmount?: number
    readonly productGroup?: string
  }[]
  readonly provider?: 'netgiro' | 'avarda'
  readonly channel?: 'web' | 'pos'
  readonly locationId?: string | null
  readonly registerId?: string | null
  readonly expiresInSeconds?: number | null
  readonly providerOptions?: Readonly<Record<string, unknown>> | null
  readonly metadata?: Readonly<Record<string, string>>
}

export type RefundRequest = { readonly amount: number; readonly attemptId?: string }

export type Refund = {
  readonly id: string
  readonly attemptId: string | null
  readonly amount: number
  readonly status: 'pending' | 'refunded' | 'failed'
  readonly requestedAt: string
  readonly settledAt: string | null
}

export type Checkout = {
  readonly id: string
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
  readonly version: number
  readonly reference: string
  readonly amount: number
  readonly currency: string
  readonly description: string | null
  readonly items: readonly {
    readonly description: string
    readonly quantity: number
    readonly amount: number
    readonly notes?: string
    readonly taxCode?: string
    readonly taxAmount?: number
    readonly productGroup?: string
  }[]
  readonly provider: string
  readonly channel: string
  readonly locationId: string | null
  readonly registerId: string | null
  readonly metadata: Readonly<Record<string, string>>
  readonly createdAt: string
  readonly expiresAt: string
  readonly paidAt: string | null
  readonly receipt: string | null
  readonly late: boolean
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
  readonly replaces: string | null
  readonly payments: readonly {
    readonly attemptId: string
    readonly reference: string
    readonly transactionId: string | null
    readonly paymentId: string | null
    readonly amount: number | null
    readonly paidAt: string
  }[]
  readonly refundedAmount: number
  readonly refunds: readonly Refund[]
  readonly attempts: readonly {
    readonly id: string
    readonly reference: string
    readonly payer: {
      readonly kind: 'phone' | 'national_id' | 'app_code' | 'provider_form'
      readonly masked: string
    }
    readonly transactionId: string | null
    readonly startedAt: string
    readonly endedAt: string | null
    readonly uncertain: boolean
    readonly cancelRequested:
      'shopper' | 'shop' | 'approval_timeout' | 'wrong_code' | 'capture_timeout' | null
    readonly outcome: 'declined' | 'canceled' | 'expired' | 'failed' | null
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
    readonly providerCode: string | null
  }[]
}

export type CreatedCheckout = {
  readonly id: string
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
  readonly version: number
  readonly reference: string
  readonly amount: number
  readonly currency: string
  readonly description: string | null
  readonly items: readonly {
    readonly description: string
    readonly quantity: number
    readonly amount: number
    readonly notes?: string
    readonly taxCode?: string
    readonly taxAmount?: number
    readonly productGroup?: string
  }[]
  readonly provider: string
  readonly channel: string
  readonly locationId: string | null
  readonly registerId: string | null
  readonly metadata: Readonly<Record<string, string>>
  readonly createdAt: string
  readonly expiresAt: string
  readonly paidAt: string | null
  readonly receipt: string | null
  readonly late: boolean
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
  readonly replaces: string | null
  readonly payments: readonly {
    readonly attemptId: string
    readonly reference: string
    readonly transactionId: string | null
    readonly paymentId: string | null
    readonly amount: number | null
    readonly paidAt: string
  }[]
  readonly refundedAmount: number
  readonly refunds: readonly Refund[]
  readonly attempts: readonly {
    readonly id: string
    readonly reference: string
    readonly payer: {
      readonly kind: 'phone' | 'national_id' | 'app_code' | 'provider_form'
      readonly masked: string
    }
    readonly transactionId: string | null
    readonly startedAt: string
    readonly endedAt: string | null
    readonly uncertain: boolean
    readonly cancelRequested:
      'shopper' | 'shop' | 'approval_timeout' | 'wrong_code' | 'capture_timeout' | null
    readonly outcome: 'declined' | 'canceled' | 'expired' | 'failed' | null
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
    readonly providerCode: string | null
  }[]
  readonly session: string
  readonly snapshot: {
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
    readonly version: number
    readonly amount: number
    readonly currency: string
    readonly reference: string
    readonly description: string | null
    readonly merchant: string
    readonly phone: string | null
    readonly expiresAt: string
    readonly serverTime: string
    readonly cancelRequested: boolean
    readonly uncertain: boolean
    readonly lastAttempt: {
      readonly outcome: 'declined' | 'canceled' | 'expired' | 'failed'
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
    readonly paidAt?: string
    readonly supportCode?: string
    readonly receipt?: string
    readonly payer?: {
      readonly kind: 'phone' | 'national_id' | 'app_code' | 'provider_form'
      readonly masked: string
    }
    readonly code?: { readonly refused: boolean; readonly triesLeft: number }
    readonly form?: { readonly script: string; readonly settings: Readonly<Record<string, string>> }
  }
}

export type CheckoutWithHistory = {
  readonly id: string
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
  readonly version: number
  readonly reference: string
  readonly amount: number
  readonly currency: string
  readonly description: string | null
  readonly items: readonly {
    readonly description: string
    readonly quantity: number
    readonly amount: number
    readonly notes?: string
    readonly taxCode?: string
    readonly taxAmount?: number
    readonly productGroup?: string
  }[]
  readonly provider: string
  readonly channel: string
  readonly locationId: string | null
  readonly registerId: string | null
  readonly metadata: Readonly<Record<string, string>>
  readonly createdAt: string
  readonly expiresAt: string
  readonly paidAt: string | null
  readonly receipt: string | null
  readonly late: boolean
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
  readonly replaces: string | null
  readonly payments: readonly {
    readonly attemptId: string
    readonly reference: string
    readonly transactionId: string | null
    readonly paymentId: string | null
    readonly amount: number | null
    readonly paidAt: string
  }[]
  readonly refundedAmount: number
  readonly refunds: readonly Refund[]
  readonly attempts: readonly {
    readonly id: string
    readonly reference: string
    readonly payer: {
      readonly kind: 'phone' | 'national_id' | 'app_code' | 'provider_form'
      readonly masked: string
    }
    readonly transactionId: string | null
    readonly startedAt: string
    readonly endedAt: string | null
    readonly uncertain: boolean
    readonly cancelRequested:
      'shopper' | 'shop' | 'approval_timeout' | 'wrong_code' | 'capture_timeout' | null
    readonly outcome: 'declined' | 'canceled' | 'expired' | 'failed' | null
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
    readonly providerCode: string | null
  }[]
  readonly history: readonly {
    readonly attemptId: string | null
    readonly version: number
    readonly at: string
    readonly type: string
    readonly call: string | null
    readonly code: string | null
    readonly referenceId: string | null
    readonly repeats: number
    readonly lastAt: string | null
  }[]
}

export type EventList = {
  readonly events: readonly Event[]
  readonly cursor: string
  readonly hasMore: boolean
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
  readonly type: 'checkout.authorize'
  readonly timestamp: string
  readonly data: { readonly checkout: Checkout }
}

export type Problem = {
  readonly type: string
  readonly title: string
  readonly status: number
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
  readonly detail?: string
  readonly checkoutId?: string
  readonly canCancelWaiting?: boolean
}

export type CheckoutPaidEvent = {
  readonly id: string
  readonly type: 'checkout.paid'
  readonly timestamp: string
  readonly data: { readonly checkout: Checkout }
}

export type CheckoutAttemptFailedEvent = {
  readonly id: string
  readonly type: 'checkout.attempt_failed'
  readonly timestamp: string
  readonly data: { readonly checkout: Checkout }
}

export type CheckoutCanceledEvent = {
  readonly id: string
  readonly type: 'checkout.canceled'
  readonly timestamp: string
  readonly data: { readonly checkout: Checkout }
}

export type CheckoutExpiredEvent = {
  readonly id: string
  readonly type: 'checkout.expired'
  readonly timestamp: string
  readonly data: { readonly checkout: Checkout }
}

export type CheckoutReviewEvent = {
  readonly id: string
  readonly type: 'checkout.review'
  readonly timestamp: string
  readonly data: { readonly checkout: Checkout }
}

export type CheckoutRefundedEvent = {
  readonly id: string
  readonly type: 'checkout.refunded'
  readonly timestamp: string
  readonly data: { readonly checkout: Checkout }
}

export type CheckoutRefundFailedEvent = {
  readonly id: string
  readonly type: 'checkout.refund_failed'
  readonly timestamp: string
  readonly data: { readonly checkout: Checkout }
}

export type CheckoutPaidWebhook = {
  readonly type: 'checkout.paid'
  readonly timestamp: string
  readonly data: { readonly checkout: Checkout }
}

export type CheckoutAttemptFailedWebhook = {
  readonly type: 'checkout.attempt_failed'
  readonly timestamp: string
  readonly data: { readonly checkout: Checkout }
}

export type CheckoutCanceledWebhook = {
  readonly type: 'checkout.canceled'
  readonly timestamp: string
  readonly data: { readonly checkout: Checkout }
}

export type CheckoutExpiredWebhook = {
  readonly type: 'checkout.expired'
  readonly timestamp: string
  readonly data: { readonly checkout: Checkout }
}

export type CheckoutReviewWebhook = {
  readonly type: 'checkout.review'
  readonly timestamp: string
  readonly data: { readonly checkout: Checkout }
}

export type CheckoutRefundedWebhook = {
  readonly type: 'checkout.refunded'
  readonly timestamp: string
  readonly data: { readonly checkout: Checkout }
}

export type CheckoutRefundFailedWebhook = {
  readonly type: 'checkout.refund_failed'
  readonly timestamp: string
  readonly data: { readonly checkout: Checkout }
}
