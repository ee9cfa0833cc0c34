# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""The cases of Tests/Conformance, through this client and its middlewares, against the real server."""

import contextlib
import itertools
import json
import os
import unittest
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from inspect import signature

from google.protobuf.json_format import MessageToDict, ParseDict

import latchkey
from latchkey import _dial
from latchkey._core import calls, limits
from latchkey._core.stream import StreamState
from latchkey._proto.frame_pb2 import ClientFrame
from latchkey._tls import ClientTLS

from .conformance import Mismatch, Outcome, Runner, Suite
from .server import Server
from .test_middleware import ASGI, WSGI

#: Only cases whose row or name holds this.
_ONLY = os.environ.get("LATCHKEY_CASES", "")
_CASES_AT_ONCE = 8
#: What protobuf calls it changed with its version 26.
_OLD, _NEW = "including_default_value_fields", "always_print_fields_with_no_presence"
_DEFAULTS = {_OLD if _OLD in signature(MessageToDict).parameters else _NEW: True}

_ALL = ["create", "read", "update", "delete"]
#: Not on callers and audit: enough for all cases but those that ask about callers.
_RIGHTS = [latchkey.Grant(resource, _ALL) for resource in ("keys", "validation", "usage", "accounts")]


class FrameDoor:
    """Calls through a client of this package."""

    def __init__(self, client, token):
        self._client = client
        self._token = token

    def call(self, name, request, timeout_ms, count=None):
        message = ParseDict(request, getattr(ClientFrame(), name))
        call = calls._call(name, message, lambda reply: MessageToDict(reply, **_DEFAULTS))
        if name == "stream_usage":
            return self._records(message, count)
        timeout = None if timeout_ms is None else timedelta(milliseconds=timeout_ms)
        try:
            return Outcome(reply=self._client._call(call, timeout))
        except latchkey.LatchkeyError as error:
            return Outcome(
                error.code.name, None, error.reason, error.message,
                tuple(each.field for each in error.violations), error.retry_after is not None,
            )  # fmt: skip

    def _records(self, request, count):
        """What a stream gives until it ends, or so many records, as if it were one message."""
        read = lambda reply: [MessageToDict(each, **_DEFAULTS) for each in reply.records]  # noqa: E731
        state = StreamState(self._client.address, calls._call("stream_usage", request, read))
        with contextlib.closing(_dial.dial(self._client.address, limits.CONNECT_SECONDS, ClientTLS(None))) as connection:
            connection.sendall(state.request(self._token))
            while not state.is_over and (count is None or len(state.records) < count):
                data = connection.recv(limits.READ_BYTES)
                state.received(data) if data else state.lost()
        error = state.error
        if error is None:
            return Outcome(reply={"records": list(itertools.islice(state.records, count))})
        fields = tuple(each.field for each in error.violations)
        return Outcome(error.code.name, None, error.reason, str(error), fields, error.retry_after is not None)


class Guarded:
    """HTTP requests to an application behind each of the two middlewares."""

    def __init__(self, address, token):
        self._address = address
        self._token = token

    def request(self, request):
        options = {"client_token": self._token, "trusted_hops": request.get("trustedHops", 0), "timeout": 30}
        if "resource" in request:
            options["resource"] = lambda _: request["resource"]
        arguments = {name: request[name] for name in ("method", "path", "peer") if name in request}
        for kind in WSGI, ASGI:
            with contextlib.closing(kind(self._address, **options)) as guarded:
                response = guarded.request(headers=request.get("headers", ()), **arguments)
            body = response.body.decode()
            with contextlib.suppress(ValueError):
                body = json.loads(body)
            yield {"status": response.status, "headers": response.headers, "body": body}


class ConformanceTests(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.close)

    def test_cases(self):
        suite, passed, failures = self.run_cases(self.server.token)
        print(suite.table(passed))
        self.assert_none(failures)

    def test_cases_as_a_caller_that_is_no_administrator(self):
        with latchkey.Client(self.server.tcp, token=self.server.token) as client:
            issued = client.create_key("latchkey", "u-1", "conformance", grants=_RIGHTS, expires=timedelta(hours=1))
        suite, passed, failures = self.run_cases(issued.secret, about_callers=False)
        print(f"as a caller with rights on keys, validation, usage and accounts: {len(passed)} cases passed")
        self.assert_none(failures)

    def run_cases(self, token, about_callers=True):
        """The suite, the cases that passed, and what the others say."""
        suite = Suite()
        client = latchkey.Client(self.server.tcp, token=token)
        self.addCleanup(client.close)
        door, guarded = FrameDoor(client, token), Guarded(self.server.tcp, token)

        def run(case):
            try:
                Runner(suite, door.call, guarded.request).run(case)
            except Mismatch as mismatch:
                return str(mismatch)
            except Exception as error:
                return f"{case['row']} {case['name']}: {error!r}"

        cases = [case for case in suite.cases if case["row"] not in suite.later or _ONLY]
        cases = [case for case in cases if _ONLY in f"{case['row']} {case['name']}"]
        cases = [case for case in cases if about_callers or not case.get("callers")]
        with ThreadPoolExecutor(_CASES_AT_ONCE) as threads:
            results = list(zip(cases, threads.map(run, cases)))
        return suite, [case for case, failure in results if not failure], [each for _, each in results if each]

    def assert_none(self, failures):
        if failures:
            self.fail("\n" + "\n".join(failures))


if __name__ == "__main__":
    unittest.main()
