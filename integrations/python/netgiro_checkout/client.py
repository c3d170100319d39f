"""The calls of a shop's server."""

from __future__ import annotations

import http.client
import json
import random
import time
import urllib.error
import urllib.request
import uuid
from typing import Any, Callable, Dict, Iterator, Mapping, NamedTuple, Optional
from urllib.parse import quote

from .errors import ConnectionError, ProblemError, class_of

# Refusals after which it is certain that nothing has happened.
_WITHOUT_EFFECT = {
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
    """``url`` is the server's address, ``key`` its ``MERCHANT_API_KEY``."""

    def __init__(
        self,
        url: str,
        key: str,
        timeout: float = 10.0,
        retries: int = 3,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._url = url.rstrip("/")
        self._key = key
        self._timeout = timeout
        self._retries = retries
        self._sleep = sleep
        self._opener = urllib.request.build_opener(_NoRedirect)

    def create(
        self, order: Mapping[str, Any], idempotency_key: Optional[str] = None
    ) -> Dict[str, Any]:
        """Create a checkout, or return the one that the order already has, with a further ``session`` for the page."""
        key = idempotency_key or str(uuid.uuid4())
        return self._send("POST", "/v1/checkouts", order, key)

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
        body: Dict[str, Any] = {"amount": amount}
        if attempt_id is not None:
            body["attemptId"] = attempt_id
        return self._send("POST", f"{self._path(id, reference)}/refunds", body, idempotency_key)

    def events(self, after: Optional[str] = None) -> Iterator[ListedEvent]:
        """List every event until now, oldest first. ``after`` is a cursor of an earlier run, if there was one."""
        cursor = after or "0"
        while True:
            page = self._send("GET", f"/v1/events?after={quote(cursor, safe='')}")
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
    ) -> Dict[str, Any]:
        tries = 0
        while True:
            try:
                return self._send_once(method, path, body, key)
            except (ProblemError, ConnectionError) as error:
                delay = _delay_after(error, tries)
                is_repeatable = _is_repeatable(error, method == "GET" or key is not None)
                if tries >= self._retries or delay is None or not is_repeatable:
                    raise
            self._sleep(delay)
            tries += 1

    def _send_once(
        self, method: str, path: str, body: Optional[Mapping[str, Any]], key: Optional[str]
    ) -> Dict[str, Any]:
        request = urllib.request.Request(
            self._url + path,
            data=None if body is None else json.dumps(body).encode("utf-8"),
            method=method,
        )
        request.add_header("Authorization", f"Bearer {self._key}")
        if body is not None:
            request.add_header("Content-Type", "application/json")
        if key is not None:
            request.add_header("Idempotency-Key", key)
        try:
            with self._opener.open(request, timeout=self._timeout) as response:
                answer: Dict[str, Any] = json.loads(response.read())
                return answer
        except urllib.error.HTTPError as error:
            raise _problem_of(error) from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise ConnectionError(f"{method} {path} had no usable answer") from error


def _is_repeatable(error: Exception, is_known_again: bool) -> bool:
    """A call that may have had an effect is repeated only under a key by which the server knows it again."""
    if isinstance(error, ProblemError) and error.code in _WITHOUT_EFFECT:
        return True
    if not is_known_again:
        return False
    return not isinstance(error, ProblemError) or error.status >= 500


def _delay_after(error: Exception, tries: int) -> Optional[float]:
    """None where the server asks for a longer wait than a caller can be expected to have."""
    retry_after = error.retry_after if isinstance(error, ProblemError) else None
    delay = max(0.2 * 2**tries * random.uniform(0.5, 1), retry_after or 0)
    return None if delay > _MAX_DELAY_SECONDS else delay


def _problem_of(error: urllib.error.HTTPError) -> Exception:
    if not (error.headers.get("content-type") or "").startswith("application/problem+json"):
        return ConnectionError(f"An answer that is not the server's: {error.code}")
    try:
        problem = json.loads(error.read())
    except (OSError, http.client.HTTPException, ValueError):
        return ConnectionError(f"An incomplete answer: {error.code}")
    retry_after = error.headers.get("retry-after") or ""
    return class_of(problem["code"])(
        code=problem["code"],
        status=error.code,
        title=problem.get("title", "The request was refused"),
        detail=problem.get("detail"),
        checkout_id=problem.get("checkoutId"),
        retry_after=float(retry_after) if retry_after.isdigit() else None,
        request_id=error.headers.get("x-request-id"),
    )
