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
    ) -> None:
        """Wraps ``app``.

        ``client``        asks the service; by default one of its own, at the default address, that does not wait for
                          a service that is down
        ``token``         says who its own client speaks for: a caller that may validate, and need not do more. By
                          default what the variable LATCHKEY_TOKEN says, else none
        ``token_file``    the file that holds it, see Client
        ``resource``      names what a request is about, for keys that have grants: without it they are denied (403)
        ``exempt``        says that a request needs no key, as a health check; ``scope["latchkey"]`` is not set then
        ``trusted_hops``  how many proxies before the application append to X-Forwarded-For; with 0, the default, that
                          header is not looked at and the client is the scope's
        ``timeout``       how long a validate may take, 2 s
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
            await self.app({**scope, "latchkey": answer}, receive, send)
        elif scope["type"] == "http":
            await _respond(scope, send, response, "http.response")
        else:
            await receive()
            if "websocket.http.response" in (scope.get("extensions") or {}):
                await _respond(scope, send, response, "websocket.http.response")
            else:
                await send({"type": "websocket.close", "code": _POLICY_VIOLATION})

    def _closing(self, send: Send) -> Send:
        """Sends, and closes the client when the server's life ends."""

        async def closing(message: Message) -> None:
            if self._owns_client and message["type"].startswith("lifespan.shutdown."):
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


def _value(headers: list[tuple[bytes, bytes]], name: bytes) -> str:
    """A header's value. One that was sent more than once is joined, as HTTP has it: two keys are no key."""
    return ",".join(value.decode("latin-1") for key, value in headers if key.lower() == name)


async def _respond(scope: Scope, send: Send, response: _guard.Response, kind: str) -> None:
    headers = [(name.lower().encode(), value.encode()) for name, value in response.headers]
    await send({"type": f"{kind}.start", "status": response.status, "headers": headers})
    body = b"" if scope.get("method") == "HEAD" else response.body
    await send({"type": f"{kind}.body", "body": body})
