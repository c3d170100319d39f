<?php declare(strict_types=1);

namespace NetgiroCheckout;

/** Something that the shopper or the shopkeeper must be told; the code is that of the payment server, where it has one. */
final class Problem extends \RuntimeException {
    private const REFUSALS_OF_REFUNDS = [
        'not_paid', 'not_supported', 'refund_too_large', 'refund_refused', 'invalid_request', 'idempotency_key_reused',
    ];

    /** The payment server says these before it begins anything. */
    private const REFUSALS_BEFORE_ANYTHING = ['unauthorized', 'checkout_not_found', 'too_many_requests', 'shutting_down'];

    /** @param array<string, mixed> $body the problem document of the payment server */
    public function __construct(
        public readonly string $problem,
        public readonly int $status = 0,
        public readonly array $body = [],
    ) {
        $detail = $body['detail'] ?? $body['title'] ?? null;
        parent::__construct(is_string($detail) ? "$problem: $detail" : $problem);
    }

    /** Whether a refund may have been made: nothing came back, or an answer that does not refuse the refund, maybe of another program. */
    public function leavesRefundOpen(): bool {
        return !in_array($this->problem, self::REFUSALS_OF_REFUNDS, true);
    }

    /** Whether this call has begun nothing. That says nothing of an earlier one, and another program's answer says nothing at all. */
    public function beganNothing(): bool {
        return in_array($this->problem, self::REFUSALS_BEFORE_ANYTHING, true) && ($this->body['type'] ?? null) === 'about:blank';
    }

    /** The checkout was made with another server, such as a sandbox, or is gone: this one reports no payment of it. */
    public function isOfAnotherServer(): bool {
        return $this->problem === 'checkout_not_found';
    }

    /** A sentence for the checkout page: it never repeats what a server wrote. */
    public function forShopper(): string {
        return match ($this->problem) {
            'currency_not_supported' => __('Netgíró takes Icelandic krónur only.', 'netgiro-checkout'),
            'amount_not_whole' => __('Netgíró takes whole krónur only.', 'netgiro-checkout'),
            'in_progress' => __('An earlier payment request is still being canceled. Try again in a moment.', 'netgiro-checkout'),
            'earlier_order_paid' => __('Your earlier order from this cart has been paid. Do not pay again.', 'netgiro-checkout'),
            'reference_taken' => __('The payment could not be started. Contact the shop or choose another way to pay.', 'netgiro-checkout'),
            default => __('The payment could not be started. Try again in a moment or choose another way to pay.', 'netgiro-checkout'),
        };
    }
}
