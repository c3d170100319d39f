/** Where a checkout stands. `paid`, `canceled`, `expired` and `review` are final for the browser. */
export const statuses = [
    /** Needs a phone number; `lastAttempt` says how the previous attempt ended. */
    'open',
    /** The request is on its way to the provider. */
    'starting',
    /** The request was sent, the shopper has not answered. */
    'awaiting_shopper',
    /** Point of sale only: the code from the SMS is needed. */
    'awaiting_code',
    /** The shopper approved; the payment is being confirmed. */
    'confirming',
    /** The provider reports that the payment exists. */
    'paid',
    /** The shop closed the checkout. */
    'canceled',
    /** The checkout's own lifetime ended unpaid. */
    'expired',
    /** The provider's amount or reference differs from ours, or it contradicts itself: a person must review it. */
    'review',
];
const finals = statuses.slice(statuses.indexOf('paid'));
/** True when a browser has nothing more to wait for. */
export const isFinal = (status) => finals.includes(status);
export const outcomes = ['declined', 'canceled', 'expired', 'failed'];
export const reasons = [
    /** The shopper said no in the app, or the provider did not accept the purchase. */
    'declined',
    'canceled_by_shopper',
    'canceled_by_shop',
    /** The approval window ended without an answer from the shopper. */
    'no_answer',
    /** The window ended and the provider never said whether the request had arrived. */
    'outcome_unknown',
    /** The provider would not send a request to this number. */
    'request_not_sent',
    /** Below the provider's smallest amount. */
    'amount_too_low',
    /** The provider could not be reached; nothing was sent. */
    'provider_unavailable',
    /** Point of sale: too many wrong SMS codes. */
    'wrong_code',
    /** In the provider's own form: canceled by the shopper, or failed; the provider does not say which. */
    'canceled_or_failed',
    /** In the provider's own form: the shopper chose a payment method that the shop handles itself. */
    'paid_another_way',
    /** The provider ended it without saying why, or an approval could not be captured in time. */
    'ended_by_provider',
];
export const payerKinds = ['phone', 'national_id', 'app_code', 'provider_form'];
//# sourceMappingURL=snapshot.js.map