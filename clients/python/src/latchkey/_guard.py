# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""What both middlewares decide: which key was presented and from where, and what a denial looks like in HTTP."""

import ipaddress
import json
import logging
import math
import threading
import time
from typing import Any, Callable, NamedTuple, Optional
from urllib.parse import quote

from ._core import limits
from .errors import InvalidArgument, LatchkeyError
from .records import Answer

#: Presented in place of what cannot be a token, so that the attempt is denied and logged like any other.
_NO_TOKEN = "?"
_NO_KEY = "an API key is required: send it as X-API-Key or as Authorization: Bearer"
_DENIED = "invalid API key"
_UNAVAILABLE = "API keys cannot be checked at the moment; try again shortly"
_UNANSWERABLE = "no API key can be checked for such a request"
#: What stays as it is in a path; everything else is percent-encoded, control characters included.
_PATH_SAFE = "/:@!$&'()*+,;=~-._"


#: Where both middlewares tell what they refused. Never a secret.
log = logging.getLogger("latchkey")


class Outage:
    """Tells that the service cannot be asked: at once, then at most every 10 s, and when it is over."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        #: When it was last told, in this outage or an earlier one: one that comes and goes fills no log either.
        self._told_time: Optional[float] = None
        self._untold = 0
        self._begun: Optional[float] = None
        self._refused = 0
        self._is_told = False

    def refused(self, error: LatchkeyError) -> None:
        """A request was refused because its key could not be checked."""
        now = self._clock()
        with self._lock:
            if self._begun is None:
                self._begun, self._refused, self._is_told = now, 0, False
            self._refused += 1
            self._untold += 1
            if self._told_time is not None and now - self._told_time < limits.OUTAGE_LOG_SECONDS:
                return
            count, self._untold = self._untold, 0
            self._told_time, self._is_told = now, True
        many = "a request was" if count == 1 else f"{count} requests were"
        log.error("%s refused (503) because API keys cannot be checked: %s", many, error)

    def answered(self) -> None:
        """The service answered."""
        # Most often there is no outage, and then no lock is worth it.
        if self._begun is None:
            return
        with self._lock:
            begun, self._begun = self._begun, None
            if begun is None or not self._is_told:
                return
            count, self._untold = self._refused, 0
        # As loud as the error, so that whoever saw that one sees its end.
        many = "1 request" if count == 1 else f"{count} requests"
        log.warning("API keys can be checked again; %s refused in %.0f s", many, self._clock() - begun)


class Response(NamedTuple):
    """An HTTP response that is sent instead of the application's."""

    status: int
    reason: str
    headers: list[tuple[str, str]]
    body: bytes


def presented_key(api_key: str, authorization: str) -> Optional[str]:
    """The token of a request, from the values of its two headers (empty = not there); None when it has none."""
    token = api_key.strip()
    if not token:
        scheme, _, credentials = authorization.strip().partition(" ")
        token = credentials.strip() if scheme.lower() == "bearer" else ""
    if not token:
        return None
    is_text = all("!" <= character <= "~" for character in token)
    return token if is_text and len(token) <= limits.TOKEN_BYTES else _NO_TOKEN


def client_ip(peer: Optional[str], forwarded_for: str, trusted_hops: int) -> str:
    """The client's address, or empty when it is not known: a key that is restricted to addresses is denied then.

    X-Forwarded-For is a list that every proxy appends to, and that begins with whatever the client made up. Only the
    entries that the ``trusted_hops`` proxies before the application added are believed: with 0, none.
    """
    if trusted_hops > 0:
        hops = [each.strip() for each in forwarded_for.split(",")]
        peer = hops[-trusted_hops] if len(hops) >= trusted_hops else None
    try:
        # A zone, as in fe80::1%eth0, means nothing elsewhere.
        return str(ipaddress.ip_address((peer or "").partition("%")[0]))
    except ValueError:
        return ""


def question(method: str, path: bytes, ip: str) -> dict[str, Any]:
    """What validate is asked about a request, beside the token, held to what the service takes."""
    is_method = method.isascii() and method.isalpha() and method.isupper()
    return {
        "client_ip": ip,
        "http_method": method if is_method and len(method) <= limits.HTTP_METHOD_CHARACTERS else "",
        "path": quote(path, safe=_PATH_SAFE)[: limits.PATH_BYTES],
    }


def missing_key() -> Response:
    """The request has no key."""
    return _response(401, "Unauthorized", _NO_KEY)


def denied(answer: Answer, question: dict[str, Any]) -> Response:
    """The service said no. Only what it calls safe to show is told; the log is told why."""
    log.info(
        "denied: %s, key %s, %s %s, resource %r: %s", answer.verdict, answer.key_id or "unknown",
        question["http_method"], question["path"], question.get("resource", ""), answer.message,
    )  # fmt: skip
    message = answer.public_message or _DENIED
    if answer.http_status == 429:
        wait = 1 if answer.retry_after is None else max(math.ceil(answer.retry_after.total_seconds()), 1)
        return _response(429, "Too Many Requests", message, ("Retry-After", str(wait)))
    if answer.http_status == 403:
        return _response(403, "Forbidden", message)
    # Also for what a later server may say: a denial stays one.
    return _response(401, "Unauthorized", message)


def unanswerable(error: InvalidArgument) -> Response:
    """The service does not take what it was asked: the name of the resource, since all else is held to its limits."""
    log.info("a request was refused (400) because it cannot be asked about: %s", error)
    return _response(400, "Bad Request", _UNANSWERABLE)


def unavailable() -> Response:
    """Whether the key is good cannot be told, so nobody is let through."""
    return _response(503, "Service Unavailable", _UNAVAILABLE, ("Retry-After", "1"))


def _response(status: int, reason: str, message: str, *more: tuple[str, str]) -> Response:
    body = json.dumps({"error": message}).encode() + b"\n"
    headers = [
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
        *more,
    ]
    if status == 401:
        headers.append(("WWW-Authenticate", "Bearer"))
    return Response(status, reason, headers, body)
