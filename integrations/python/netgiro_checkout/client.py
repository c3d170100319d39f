"""The calls of a shop's server."""

from __future__ import annotations

import http.client
import json
import random
import re
import time
import urllib.error
import urllib.request
import uuid
from typing import Any, Callable, Dict, Iterator, Mapping, NamedTuple, Optional
from urllib.parse import quote, urlsplit

from .errors import ConnectionError, ProblemError, class_of

# The server is busy. Every call may then be repeated: those that must not be made twice have a key.
_BUSY = {
    "temporarily_unavailable",
    "shutting_down",
    "too_many_requests",
    "idempotency_key_in_use",
}
_MAX_DELAY_SECONDS = 10.0


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """The key must not be carried to another server."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


class ListedEvent(NamedTuple):
    event: Dict[str, Any]
    cursor: str
    """Store it once the event is handled. Some events of the same page may come again, under the same id."""
    restarted: bool
    """A backup of the server was restored, so the list starts with the oldest event that is kept."""


class Client:
    """``url`` is the server's address, ``key`` its ``MERCHANT_API_KEY``; of two, separated by a comma, the first is used.

    ``timeout`` is for one try, in seconds, of which the server may wait 10 for the outcome of a refund or a cancellation;
    ``retries`` is how often a call may be repeated.
    """

    def __init__(
        self,
        url: str,
        key: str,
        timeout: float = 15.0,
        retries: int = 3,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._url = _read_url(url)
        self._key = _read_key(key)
        self._timeout = timeout
        self._retries = retries
        self._sleep = sleep
        self._opener = urllib.request.build_opener(_NoRedirect)

    def create(
        self, order: Mapping[str, Any], idempotency_key: Optional[str] = None
    ) -> Dict[str, Any]:
        """Create a checkout, or return the one that the order already has, with a further ``session`` for the page."""
        key = _read_idempotency_key(idempotency_key or str(uuid.uuid4()))
        return self._send("POST", "/v1/checkouts", order, key, field="session")

    def get(self, id: Optional[str] = None, reference: Optional[str] = None) -> Dict[str, Any]:
        """Read a checkout by its id or by the shop's reference."""
        if (id is None) == (reference is None):
            raise TypeError("Give either id or reference")
        if id is not None:
            return self._send("GET", f"/v1/checkouts/{quote(id, safe='')}")
        return self._send("GET", f"/v1/checkouts?reference={quote(reference or '', safe='')}")

    def cancel(self, id: Optional[str] = None, reference: Optional[str] = None) -> Dict[str, Any]:
        """Close a checkout. It may turn out paid, or have no final status yet: a webhook then reports it."""
        return self._send("POST", f"{self._path(id, reference)}/cancel", {})

    def refund(
        self,
        amount: int,
        idempotency_key: str,
        id: Optional[str] = None,
        reference: Optional[str] = None,
        attempt_id: Optional[str] = None,
    ) -> Dict[str, Any]:
        """Refund a payment in full or in part, once for each key, which you have stored before the call."""
        key = _read_idempotency_key(idempotency_key)
        body: Dict[str, Any] = {"amount": amount}
        if attempt_id is not None:
            body["attemptId"] = attempt_id
        return self._send("POST", f"{self._path(id, reference)}/refunds", body, key)

    def events(self, after: Optional[str] = None) -> Iterator[ListedEvent]:
        """List every event until now, oldest first. ``after`` is a cursor of an earlier run, if there was one."""
        cursor = after or "0"
        while True:
            page = self._send("GET", f"/v1/events?after={quote(cursor, safe='')}", field="events")
            events = page["events"]
            for index, event in enumerate(events):
                # Only the end of a page is a place to go on from.
                reached = page["cursor"] if index == len(events) - 1 else cursor
                yield ListedEvent(event, reached, page.get("restarted", False))
            if not page["hasMore"]:
                return
            cursor = page["cursor"]

    def _path(self, id: Optional[str], reference: Optional[str]) -> str:
        known = id if id is not None else self.get(reference=reference)["id"]
        return f"/v1/checkouts/{quote(known, safe='')}"

    def _send(
        self,
        method: str,
        path: str,
        body: Optional[Mapping[str, Any]] = None,
        key: Optional[str] = None,
        field: str = "id",
    ) -> Dict[str, Any]:
        """``field`` is what every answer to the call has."""
        data = None if body is None else _to_json(body)
        tries = 0
        while True:
            try:
                return self._send_once(method, path, data, key, field)
            except (ProblemError, ConnectionError) as error:
                delay = _delay_after(error, tries)
                is_repeatable = _is_repeatable(error, method == "GET" or key is not None)
                if tries >= self._retries or delay is None or not is_repeatable:
                    raise
            self._sleep(delay)
            tries += 1

    def _send_once(
        self, method: str, path: str, data: Optional[bytes], key: Optional[str], field: str
    ) -> Dict[str, Any]:
        request = urllib.request.Request(self._url + path, data=data, method=method)
        request.add_header("Accept", "application/json, application/problem+json")
        request.add_header("Authorization", f"Bearer {self._key}")
        if data is not None:
            request.add_header("Content-Type", "application/json")
        if key is not None:
            request.add_header("Idempotency-Key", key)
        # What the standard library limits is each read.
        deadline = time.monotonic() + self._timeout
        try:
            with self._opener.open(request, timeout=self._timeout) as response:
                type = response.headers.get("content-type") or ""
                answer = _parse(_read(response, deadline)) if type.startswith("application/json") else None
                if answer is None or field not in answer:
                    raise _not_ours(response.status, type)
                return answer
        except urllib.error.HTTPError as error:
            raise _problem_of(error, deadline) from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise ConnectionError(f"{method} {path} had no answer: {error}") from error


def _read_url(url: str) -> str:
    text = url.strip() if isinstance(url, str) else ""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        raise ValueError("url must be the address of the payment server (PUBLIC_URL)")
    return text.rstrip("/")


def _read_key(key: str) -> str:
    text = key.split(",")[0].strip() if isinstance(key, str) else ""
    if not re.fullmatch(r"[A-Za-z0-9_.~+/-]+=*", text):
        raise ValueError("key must be MERCHANT_API_KEY of the payment server")
    return text


def _read_idempotency_key(key: str) -> str:
    if not isinstance(key, str) or not re.fullmatch(r"[\x20-\x7e]{1,255}", key):
        raise ValueError("idempotency_key must have 1 to 255 visible ASCII characters")
    return key


def _to_json(body: Mapping[str, Any]) -> bytes:
    try:
        return json.dumps(body, allow_nan=False).encode("utf-8")
    except (TypeError, ValueError) as error:
        raise ValueError(f"JSON cannot hold this order or refund: {error}") from error


def _read(response: Any, deadline: float) -> bytes:
    parts = []
    while part := response.read1(65536):
        parts.append(part)
        if time.monotonic() > deadline:
            raise TimeoutError("the answer did not end in time")
    return b"".join(parts)


def _parse(text: bytes) -> Optional[Dict[str, Any]]:
    """None for anything but an object."""
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _not_ours(status: int, type: str) -> ConnectionError:
    return ConnectionError(f"An answer that is not the payment server's: {status} {type}".strip())


def _is_repeatable(error: Exception, is_known_again: bool) -> bool:
    """A call that may have had an effect is repeated only under a key by which the server knows it again."""
    if isinstance(error, ProblemError) and error.code in _BUSY:
        return True
    if not is_known_again:
        return False
    return not isinstance(error, ProblemError) or error.status >= 500


def _delay_after(error: Exception, tries: int) -> Optional[float]:
    """None where the server asks for a longer wait than a caller can be expected to have."""
    retry_after = error.retry_after if isinstance(error, ProblemError) else None
    delay = max(0.2 * 2**tries * random.uniform(0.5, 1), retry_after or 0)
    return None if delay > _MAX_DELAY_SECONDS else delay


def _problem_of(error: urllib.error.HTTPError, deadline: float) -> Exception:
    """A problem without a code is not the server's: other programs answer with problems as well."""
    type = error.headers.get("content-type") or ""
    try:
        text = _read(error, deadline)
    except (OSError, http.client.HTTPException) as cause:
        return ConnectionError(f"An answer of {error.code} that was cut off: {cause}")
    problem = (_parse(text) if type.startswith("application/problem+json") else None) or {}
    words = {name: value for name, value in problem.items() if isinstance(value, str)}
    if "code" not in words:
        return _not_ours(error.code, type)
    retry_after = error.headers.get("retry-after") or ""
    return class_of(words["code"])(
        code=words["code"],
        status=error.code,
        title=words.get("title", "The request was refused"),
        detail=words.get("detail"),
        checkout_id=words.get("checkoutId"),
        retry_after=float(retry_after) if re.fullmatch("[0-9]+", retry_after) else None,
        request_id=error.headers.get("x-request-id"),
    )
