# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""Guards a WSGI application (Flask, Django, …) with API keys.

application = latchkey.wsgi.RequireKey(application)
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Callable, Optional

from . import _guard
from ._core import limits
from ._core.times import Timeout
from ._outcomes import ThreadReporter
from ._token import TokenFile
from .client import Client
from .errors import InvalidArgument, LatchkeyError

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["RequireKey"]


class RequireKey:
    """Lets a request through only with a key that the service says is valid.

    The key is read from ``X-API-Key``, else from ``Authorization: Bearer``. The application finds the answer (whose
    key it is, on whose behalf it acts) in ``environ["latchkey"]``. A denial is answered here, with 401, 403 or 429
    and a JSON body; when the service cannot be asked, nobody is let through (503).
    """

    def __init__(
        self,
        application: "WSGIApplication",
        client: Optional[Client] = None,
        *,
        token: Optional[str] = None,
        token_file: Optional[TokenFile] = None,
        resource: Optional[Callable[["WSGIEnvironment"], str]] = None,
        exempt: Optional[Callable[["WSGIEnvironment"], bool]] = None,
        trusted_hops: int = 0,
        timeout: Timeout = limits.GUARD_TIMEOUT_SECONDS,
        report: bool = True,
    ) -> None:
        """Wraps ``application``.

        ``client``        asks the service; by default one of its own, at the default address, that does not wait for
                          a service that is down
        ``token``         says who its own client speaks for: a caller that may validate, and report outcomes
                          unless that is off (validation: read, usage: create). By default what the variable
                          LATCHKEY_TOKEN says, else none
        ``token_file``    the file that holds it, see Client
        ``resource``      names what a request is about, for keys that have grants: without it they are denied (403)
        ``exempt``        says that a request needs no key, as a health check; ``environ["latchkey"]`` is not set then
        ``trusted_hops``  how many proxies before the application append to X-Forwarded-For; with 0, the default, that
                          header is not looked at and the client is REMOTE_ADDR
        ``timeout``       how long a validate may take, 2 s
        ``report``        tell the service how each request ended that was let through, in the background, for the usage
                          log; what cannot be told is dropped, and no request waits or fails for it
        """
        self.application = application
        if client is not None and not (token is None and token_file is None):
            raise ValueError("give the token to the client that you made")
        self.client = client or Client(token=token, token_file=token_file, wait_for_connection=False)
        self._resource = resource
        self._exempt = exempt
        self._outage = _guard.Outage()
        self._trusted_hops = trusted_hops
        self._timeout = timeout
        self._reporter = ThreadReporter(self.client) if report else None

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        is_exempt = self._exempt is not None and self._exempt(environ)
        response = None if is_exempt else self._refuse(environ)
        if response is None:
            return self._answer(environ, start_response)
        start_response(f"{response.status} {response.reason}", response.headers)
        return [] if environ.get("REQUEST_METHOD") == "HEAD" else [response.body]

    def close(self) -> None:
        """Reports the outcomes that wait. A server that ends in order need not call it: so does the program's end."""
        if self._reporter is not None:
            self._reporter.close()

    def _answer(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        answer, reporter = environ.get("latchkey"), self._reporter
        if answer is None or reporter is None:
            return self.application(environ, start_response)

        def reporting(status: str, *more: Any) -> Any:
            write = start_response(status, *more)
            reporter.note(answer.usage_id, int(status[:3]) if status[:3].isdecimal() else 0)
            return write

        try:
            return self.application(environ, reporting)
        except Exception:
            # What servers make of it, and what counts if another status was reported before.
            reporter.note(answer.usage_id, 500)
            raise

    def _refuse(self, environ: dict[str, Any]) -> Optional[_guard.Response]:
        token = _guard.presented_key(environ.get("HTTP_X_API_KEY", ""), environ.get("HTTP_AUTHORIZATION", ""))
        if token is None:
            return _guard.missing_key()
        # WSGI hands over bytes as Latin-1.
        path = (environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")).encode("latin-1", "replace")
        forwarded_for = environ.get("HTTP_X_FORWARDED_FOR", "")
        ip = _guard.client_ip(environ.get("REMOTE_ADDR"), forwarded_for, self._trusted_hops)
        question = _guard.question(environ.get("REQUEST_METHOD", ""), path, ip)
        if self._resource is not None:
            question["resource"] = self._resource(environ)
        try:
            answer = self.client.validate(token, timeout=self._timeout, **question)
        except InvalidArgument as error:
            return _guard.unanswerable(error)
        except LatchkeyError as error:
            self._outage.refused(error)
            return _guard.unavailable()
        self._outage.answered()
        if not answer.allowed:
            return _guard.denied(answer, question)
        environ["latchkey"] = answer
        return None
