<?php

declare(strict_types=1);

namespace NetgiroCheckout;

/** @internal */
final class Problems
{
    private const CLASSES = [
        'invalid_request' => InvalidRequestError::class,
        'unsupported_media_type' => InvalidRequestError::class,
        'body_too_large' => InvalidRequestError::class,
        'unauthorized' => UnauthorizedError::class,
        'checkout_not_found' => CheckoutNotFoundError::class,
        'reference_conflict' => ReferenceConflictError::class,
        'idempotency_key_reused' => IdempotencyError::class,
        'idempotency_key_in_use' => IdempotencyError::class,
        'not_supported' => NotSupportedError::class,
        'not_paid' => RefundError::class,
        'refund_too_large' => RefundError::class,
        'refund_refused' => RefundError::class,
        'temporarily_unavailable' => UnavailableError::class,
        'shutting_down' => UnavailableError::class,
        'provider_unavailable' => UnavailableError::class,
        'too_many_requests' => UnavailableError::class,
    ];

    /** @return class-string<ProblemError> */
    public static function classOf(string $code): string
    {
        return self::CLASSES[$code] ?? ProblemError::class;
    }
}
