# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""Guards an ASGI application (Starlette, FastAPI, Django, …) with API keys.

app = latchkey.asgi.RequireKey(app)
"""

from collections.abc import Awaitable
from typing import Any, Callable, Optional

from . import _guard
from ._core import limits
from ._core.times import Timeout
from ._outcomes import TaskReporter
from ._token import TokenFile
from .aio import Client
from .errors import InvalidArgument, LatchkeyError

__all__ = ["RequireKey"]

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Any, Any, Any], Awaitable[None]]

#: Policy violation (RFC 6455, 7.4.1).
_POLICY_VIOLATION = 1008


class RequireKey:
    """Lets a request or WebSocket through only with a key that the service says is valid.

    The key is read from ``X-API-Key``, else from ``Authorization: Bearer``. The application finds the answer (whose
    key it is, on whose behalf it acts) in ``scope["latchkey"]``. A denial is answered here, with 401, 403 or 429 and
    a JSON body; when the service cannot be asked, nobody is let through (503).
    """

    def __init__(
        self,
        app: Application,
        client: Optional[Client] = None,
        *,
        token: Optional[str] = None,
        token_file: Optional[TokenFile] = None,
        resource: Optional[Callable[[Scope], str]] = None,
        exempt: Optional[Callable[[Scope], bool]] = None,
        trusted_hops: int = 0,
        timeout: Timeout = limits.GUARD_TIMEOUT_SECONDS,
        report: bool = True,
    ) -> None:
        """Wraps ``app``.

        ``client``        asks the service; by default one of its own, at the default address, that does not wait for
                          a service that is down
        ``token``         says who its own client speaks for: a caller that may validate, and report outcomes
                          unless that is off (validation: read, usage: create). By default what the variable
                          LATCHKEY_TOKEN says, else none
        ``token_file``    the file that holds it, see Client
        ``resource``      names what a request is about, for keys that have grants: without it they are denied (403)
        ``exempt``        says that a request needs no key, as a health check; ``scope["latchkey"]`` is not set then
        ``trusted_hops``  how many proxies before the application append to X-Forwarded-For; with 0, the default, that
                          header is not looked at and the client is the scope's
        ``timeout``       how long a validate may take, 2 s
        ``report``        tell the service how each request ended that was let through, in the background, for the usage
                          log; what cannot be told is dropped, and no request waits or fails for it
        """
        self.app = app
        if client is not None and not (token is None and token_file is None):
            raise ValueError("give the token to the client that you made")
        self.client = client or Client(token=token, token_file=token_file, wait_for_connection=False)
        self._owns_client = client is None
        self._resource = resource
        self._exempt = exempt
        self._outage = _guard.Outage()
        self._trusted_hops = trusted_hops
        self._timeout = timeout
        self._reporter = TaskReporter(self.client) if report else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, self._closing(send))
            return
        if scope["type"] not in ("http", "websocket"):
            raise RuntimeError(f"latchkey does not know how to guard {scope['type']!r}, and lets nothing else through")
        if self._exempt is not None and self._exempt(scope):
            await self.app(scope, receive, send)
            return
        answer, response = await self._ask(scope)
        if response is None:
            await self._answer({**scope, "latchkey": answer}, receive, send)
        elif scope["type"] == "http":
            await _respond(scope, send, response, "http.response")
        else:
            await receive()
            if "websocket.http.response" in (scope.get("extensions") or {}):
                await _respond(scope, send, response, "websocket.http.response")
            else:
                await send({"type": "websocket.close", "code": _POLICY_VIOLATION})

    async def close(self) -> None:
        """Reports the outcomes that wait. The end of the server's life, of which ASGI tells, does it too."""
        if self._reporter is not None:
            await self._reporter.close()

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        reporter, usage_id = self._reporter, scope["latchkey"].usage_id
        if reporter is None:
            await self.app(scope, receive, send)
            return
        has_answered = False

        async def reporting(message: Message) -> None:
            nonlocal has_answered
            status = _status(message, has_answered)
            await send(message)
            if status:
                has_answered = True
                reporter.note(usage_id, status)

        try:
            await self.app(scope, receive, reporting)
        except Exception:
            # What servers make of it, and what counts if another status was reported before.
            reporter.note(usage_id, 500)
            raise

    def _closing(self, send: Send) -> Send:
        """Sends, and ends reports and the client when the server's life ends."""

        async def closing(message: Message) -> None:
            if message["type"].startswith("lifespan.shutdown."):
                await self.close()
                if self._owns_client:
                    await self.client.close()
            await send(message)

        return closing

    async def _ask(self, scope: Scope) -> tuple[Any, Optional[_guard.Response]]:
        headers: list[tuple[bytes, bytes]] = list(scope["headers"])
        token = _guard.presented_key(_value(headers, b"x-api-key"), _value(headers, b"authorization"))
        if token is None:
            return None, _guard.missing_key()
        peer = (scope.get("client") or (None,))[0]
        ip = _guard.client_ip(peer, _value(headers, b"x-forwarded-for"), self._trusted_hops)
        question = _guard.question(scope.get("method", "GET"), scope["path"].encode("utf-8", "replace"), ip)
        if self._resource is not None:
            question["resource"] = self._resource(scope)
        try:
            answer = await self.client.validate(token, timeout=self._timeout, **question)
        except InvalidArgument as error:
            return None, _guard.unanswerable(error)
        except LatchkeyError as error:
            self._outage.refused(error)
            return None, _guard.unavailable()
        self._outage.answered()
        return answer, None if answer.allowed else _guard.denied(answer, question)


def _status(message: Message, has_answered: bool) -> int:
    """The HTTP status that a message sends; 0 = none."""
    kind = message["type"]
    if kind in ("http.response.start", "websocket.http.response.start"):
        return int(message["status"])
    if kind == "websocket.accept":
        return 101
    # A WebSocket that is closed instead of accepted is answered 403.
    return 403 if kind == "websocket.close" and not has_answered else 0


def _value(headers: list[tuple[bytes, bytes]], name: bytes) -> str:
    """A header's value. One that was sent more than once is joined, as HTTP has it: two keys are no key."""
    return ",".join(value.decode("latin-1") for key, value in headers if key.lower() == name)


async def _respond(scope: Scope, send: Send, response: _guard.Response, kind: str) -> None:
    headers = [(name.lower().encode(), value.encode()) for name, value in response.headers]
    await send({"type": f"{kind}.start", "status": response.status, "headers": headers})
    body = b"" if scope.get("method") == "HEAD" else response.body
    await send({"type": f"{kind}.body", "body": body})
