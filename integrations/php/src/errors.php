<?php

declare(strict_types=1);

namespace NetgiroCheckout;

/** Every error of this library. */
class NetgiroError extends \RuntimeException
{
}

/** No usable answer came: it is not known whether the call had an effect. Repeat it with the same key. */
class ConnectionError extends NetgiroError
{
}

/** The webhook is not from the server, or not from now. Answer it with 401. */
class InvalidSignatureError extends NetgiroError
{
}

/** The server refused the request; `$problem` says why. */
class ProblemError extends NetgiroError
{
    final public function __construct(
        public readonly string $problem,
        public readonly int $status,
        public readonly string $title,
        public readonly ?string $detail = null,
        public readonly ?string $checkoutId = null,
        public readonly ?int $retryAfter = null,
        public readonly ?string $requestId = null,
    ) {
        parent::__construct("$title ($problem)" . ($detail === null ? '' : ": $detail"));
    }
}

/** The shop's code must change. */
class InvalidRequestError extends ProblemError
{
}

/** The key is not one of the server's `MERCHANT_API_KEY`. */
class UnauthorizedError extends ProblemError
{
}

/** There is no such checkout. */
class CheckoutNotFoundError extends ProblemError
{
}

/** `$checkoutId` has that reference, with another amount or currency. */
class ReferenceConflictError extends ProblemError
{
}

/** The idempotency key was used for something else, or is in use. */
class IdempotencyError extends ProblemError
{
}

/** The provider cannot do that. */
class NotSupportedError extends ProblemError
{
}

/** No money goes back. */
class RefundError extends ProblemError
{
}

/** Try again later. */
class UnavailableError extends ProblemError
{
}
