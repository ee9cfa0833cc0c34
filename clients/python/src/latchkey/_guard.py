# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""What both middlewares decide: which key was presented and from where, and what a denial looks like in HTTP."""

import ipaddress
import json
import math
from typing import Any, NamedTuple, Optional
from urllib.parse import quote

from ._core import limits
from .records import Answer

#: Presented in place of what cannot be a token, so that the attempt is denied and logged like any other.
_NO_TOKEN = "?"
_NO_KEY = "an API key is required: send it as X-API-Key or as Authorization: Bearer"
_DENIED = "invalid API key"
_UNAVAILABLE = "API keys cannot be checked at the moment; try again shortly"
#: What stays as it is in a path; everything else is percent-encoded, control characters included.
_PATH_SAFE = "/:@!$&'()*+,;=~-._"


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


def denied(answer: Answer) -> Response:
    """The service said no. Only what it calls safe to show is told."""
    message = answer.public_message or _DENIED
    if answer.http_status == 429:
        wait = 1 if answer.retry_after is None else max(math.ceil(answer.retry_after.total_seconds()), 1)
        return _response(429, "Too Many Requests", message, ("Retry-After", str(wait)))
    if answer.http_status == 403:
        return _response(403, "Forbidden", message)
    # Also for what a later server may say: a denial stays one.
    return _response(401, "Unauthorized", message)


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
