"""Errors by what a shop can do about them."""

from __future__ import annotations

from typing import Dict, Optional, Type


class NetgiroError(Exception):
    """Every error of this library."""


class ConnectionError(NetgiroError):
    """No usable answer came: it is not known whether the call had an effect. Repeat it with the same key."""


class InvalidSignatureError(NetgiroError):
    """The webhook is not from the server, or not from now. Answer it with 401."""


class ProblemError(NetgiroError):
    """The server refused the request; ``code`` says why."""

    def __init__(
        self,
        code: str,
        status: int,
        title: str,
        detail: Optional[str] = None,
        checkout_id: Optional[str] = None,
        retry_after: Optional[float] = None,
        request_id: Optional[str] = None,
    ) -> None:
        super().__init__(f"{title} ({code})" + (f": {detail}" if detail else ""))
        self.code = code
        self.status = status
        self.title = title
        self.detail = detail
        self.checkout_id = checkout_id
        self.retry_after = retry_after
        self.request_id = request_id


class InvalidRequestError(ProblemError):
    """The shop's code must change."""


class UnauthorizedError(ProblemError):
    """The key is not one of the server's ``MERCHANT_API_KEY``."""


class CheckoutNotFoundError(ProblemError):
    """There is no such checkout."""


class ReferenceConflictError(ProblemError):
    """``checkout_id`` has that reference, with another amount or currency."""


class IdempotencyError(ProblemError):
    """The idempotency key was used for something else, or is in use."""


class NotSupportedError(ProblemError):
    """The provider cannot do that."""


class RefundError(ProblemError):
    """No money goes back."""


class UnavailableError(ProblemError):
    """Try again later."""


_CLASSES: Dict[str, Type[ProblemError]] = {
    "invalid_request": InvalidRequestError,
    "unsupported_media_type": InvalidRequestError,
    "body_too_large": InvalidRequestError,
    "unauthorized": UnauthorizedError,
    "checkout_not_found": CheckoutNotFoundError,
    "reference_conflict": ReferenceConflictError,
    "idempotency_key_reused": IdempotencyError,
    "idempotency_key_in_use": IdempotencyError,
    "not_supported": NotSupportedError,
    "not_paid": RefundError,
    "refund_too_large": RefundError,
    "refund_refused": RefundError,
    "temporarily_unavailable": UnavailableError,
    "shutting_down": UnavailableError,
    "provider_unavailable": UnavailableError,
    "too_many_requests": UnavailableError,
}


def class_of(code: str) -> Type[ProblemError]:
    return _CLASSES.get(code, ProblemError)
