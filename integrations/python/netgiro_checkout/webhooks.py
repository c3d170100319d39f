"""Verification of webhooks, as Standard Webhooks 1.0.0 describes it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
import time
from typing import Any, Dict, List, Mapping, Optional, Sequence, Union

from .errors import InvalidSignatureError

_TOLERANCE_SECONDS = 300
# Without zeros in front, and not of the thousands of digits that Python refuses to read.
_TIMESTAMP = re.compile("0|[1-9][0-9]{0,11}")
# Of version 1, however a header that came twice was joined.
_SIGNATURE = re.compile(r"(?:^|[\s,])v1,([A-Za-z0-9+/]+={0,2})(?=[\s,]|$)")


def verify_webhook(
    body: Union[bytes, str],
    headers: Mapping[str, Union[str, Sequence[str]]],
    secrets: Union[str, Sequence[str]],
    now: Optional[float] = None,
) -> Dict[str, Any]:
    """Return the event with its ``id``, ``type`` and ``data``.

    ``body`` is what was received, before any parsing. ``secrets`` is ``WEBHOOK_SECRET``, or both of them while it is
    rotated. Raises InvalidSignatureError for anything that is not genuine or is older than five minutes.
    """
    keys = [_key_of(secret) for secret in _split(secrets)]
    if not keys:
        raise ValueError("WEBHOOK_SECRET of the payment server is missing")
    if not isinstance(body, (str, bytes, bytearray, memoryview)):
        raise TypeError("The body of a webhook must be text or bytes as received, before any parser")
    raw = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else bytes(body)
    named = {name.lower(): _text_of(value) for name, value in headers.items()}
    message_id = named.get("webhook-id", "")
    timestamp = named.get("webhook-timestamp", "")
    if not message_id or not _TIMESTAMP.fullmatch(timestamp):
        raise InvalidSignatureError("The webhook has no webhook-id or no webhook-timestamp")
    if abs((time.time() if now is None else now) - int(timestamp)) > _TOLERANCE_SECONDS:
        raise InvalidSignatureError("The webhook is over five minutes from this machine's clock")
    # A server may hand over bytes of a header that are no text.
    signed = f"{message_id}.{timestamp}.".encode("utf-8", "surrogatepass") + raw
    given = [one.encode() for one in _SIGNATURE.findall(named.get("webhook-signature", ""))]
    for key in keys:
        expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest())
        if any(hmac.compare_digest(expected, one) for one in given):
            return {**_parse(raw), "id": message_id}
    raise InvalidSignatureError("No signature fits WEBHOOK_SECRET and the body as it was received")


def _text_of(value: Union[str, Sequence[str]]) -> str:
    return value if isinstance(value, str) else ", ".join(value)


def _parse(raw: bytes) -> Dict[str, Any]:
    try:
        event = json.loads(raw.decode("utf-8"))
    except ValueError:
        event = None
    if not isinstance(event, dict) or "type" not in event:
        raise InvalidSignatureError("The webhook is no event of the payment server")
    return event


def _split(secrets: Union[str, Sequence[str]]) -> List[str]:
    given = [secrets] if isinstance(secrets, str) else secrets or []
    return [one.strip() for part in given for one in (part or "").split(",") if one.strip()]


def _key_of(secret: str) -> bytes:
    match = re.fullmatch(r"(?:whsec_)?([A-Za-z0-9+/]+)={0,2}", secret)
    try:
        # The server is not particular about padding.
        text = match[1] if match else "-"
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except binascii.Error as error:
        message = "WEBHOOK_SECRET must be whsec_ and base64, as the payment server has it"
        raise ValueError(message) from error
