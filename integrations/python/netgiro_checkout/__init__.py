"""The calls and webhooks of netgiro-checkout-server for the shop's server."""

from .client import Client, ListedEvent
from .errors import (
    CheckoutNotFoundError,
    ConnectionError,
    IdempotencyError,
    InvalidRequestError,
    InvalidSignatureError,
    NetgiroError,
    NotSupportedError,
    ProblemError,
    ReferenceConflictError,
    RefundError,
    UnauthorizedError,
    UnavailableError,
)
from .webhooks import verify_webhook

__all__ = [
    "CheckoutNotFoundError",
    "Client",
    "ConnectionError",
    "IdempotencyError",
    "InvalidRequestError",
    "InvalidSignatureError",
    "ListedEvent",
    "NetgiroError",
    "NotSupportedError",
    "ProblemError",
    "ReferenceConflictError",
    "RefundError",
    "UnauthorizedError",
    "UnavailableError",
    "verify_webhook",
]
