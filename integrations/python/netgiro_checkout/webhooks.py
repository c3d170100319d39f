"""Verification of webhooks, as Standard Webhooks 1.0.0 describes it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
from typing import Any, Dict, Mapping, Optional, Sequence, Union

from .errors import InvalidSignatureError

_TOLERANCE_SECONDS = 300
# Python refuses to read numbers of thousands of digits.
_MAX_TIMESTAMP_DIGITS = 12


def verify_webhook(
    body: Union[bytes, str],
    headers: Mapping[str, str],
    secrets: Union[str, Sequence[str]],
    now: Optional[float] = None,
) -> Dict[str, Any]:
    """Return the event with its ``id``, ``type`` and ``data``.

    ``body`` is what was received, before any parsing. ``secrets`` is ``WEBHOOK_SECRET``, or both of them while it is
    rotated. Raises InvalidSignatureError for anything that is not genuine or is older than five minutes.
    """
    raw = body.encode("utf-8") if isinstance(body, str) else body
    named = {name.lower(): value for name, value in headers.items()}
    message_id = named.get("webhook-id", "")
    timestamp = named.get("webhook-timestamp", "")
    is_number = timestamp.isascii() and timestamp.isdigit()
    if not message_id or not is_number or len(timestamp) > _MAX_TIMESTAMP_DIGITS:
        raise InvalidSignatureError("The webhook has no id or no timestamp")
    if abs((time.time() if now is None else now) - int(timestamp)) > _TOLERANCE_SECONDS:
        raise InvalidSignatureError("The webhook is not from now")
    # A server may hand over bytes of a header that are no text.
    signed = f"{message_id}.{timestamp}.".encode("utf-8", "surrogatepass") + raw
    given = [one[3:] for one in named.get("webhook-signature", "").split(" ") if one.startswith("v1,")]
    for secret in secrets.split(",") if isinstance(secrets, str) else secrets:
        digest = hmac.new(_key_of(secret), signed, hashlib.sha256).digest()
        expected = base64.b64encode(digest)
        if any(hmac.compare_digest(expected, one.encode("utf-8", "surrogatepass")) for one in given):
            event: Dict[str, Any] = json.loads(raw)
            event["id"] = message_id
            return event
    raise InvalidSignatureError("The webhook is not genuine")


def _key_of(secret: str) -> bytes:
    text = secret.strip()
    if text.startswith("whsec_"):
        text = text[len("whsec_") :]
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("The webhook secret is not base64") from error
    if not key:
        raise ValueError("The webhook secret is empty")
    return key
