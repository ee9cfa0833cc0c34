# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""Both middlewares before a small application, with the real server behind them."""

import asyncio
import json
import unittest
import warnings
from concurrent.futures import ThreadPoolExecutor
from unittest import mock
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import latchkey
import latchkey.aio
from latchkey import _guard, asgi, wsgi
from latchkey._core import limits
from latchkey._proto import key_service_pb2 as pb
from latchkey._proto.frame_pb2 import ServerFrame

from .server import PATIENCE_SECONDS, PlayedServer, Server


class Response:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = {name.lower(): value for name, value in headers}
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)


class WSGI:
    """An application that says on whose behalf it was called, guarded."""

    def __init__(self, address, client_token=None, **options):
        self._client = latchkey.Client(address, token=client_token, wait_for_connection=False)
        self.guard = wsgi.RequireKey(self._application, self._client, **options)
        self._guarded = validator(self.guard)
        self.status = "200 OK"

    def _application(self, environ, start_response):
        if self.status is None:
            raise RuntimeError("the application fails")
        start_response(self.status, [("Content-Type", "text/plain")])
        return [environ["latchkey"].user_id.encode() if "latchkey" in environ else b"stranger"]

    def request(self, method="GET", path="/reports/7", peer="203.0.113.7", headers=()):
        environ = {"REQUEST_METHOD": method, "PATH_INFO": path.encode().decode("latin-1"), "REMOTE_ADDR": peer}
        environ.update({"SCRIPT_NAME": "", "QUERY_STRING": ""})
        setup_testing_defaults(environ)
        for name, value in headers:
            environ["HTTP_" + name.upper().replace("-", "_")] = value
        started = []
        with warnings.catch_warnings():
            # The validator only warns of a method that it does not know.
            warnings.simplefilter("ignore")
            body = self._guarded(environ, lambda status, headers, info=None: started.append((status, headers)))
            try:
                content = b"".join(body)
            finally:
                body.close()
        return Response(int(started[0][0].split()[0]), started[0][1], content)

    def turn(self):
        """Lets what happens in the background happen."""

    def flush(self):
        self.guard.close()

    def close(self):
        self.flush()
        self._client.close()


class ASGI:
    """The same for ASGI."""

    def __init__(self, address, client_token=None, **options):
        self._loop = asyncio.new_event_loop()
        self._client = latchkey.aio.Client(address, token=client_token, wait_for_connection=False)
        self.guard = self._guarded = asgi.RequireKey(self._application, self._client, **options)
        self.status = "200 OK"

    async def _application(self, scope, receive, send):
        body = scope["latchkey"].user_id if "latchkey" in scope else "stranger"
        if self.status is None:
            raise RuntimeError("the application fails")
        status = int(self.status[:3])
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"text/plain")]})
        await send({"type": "http.response.body", "body": body.encode()})

    def request(self, method="GET", path="/reports/7", peer="203.0.113.7", headers=()):
        scope = {
            "type": "http", "method": method, "path": path, "client": (peer, 1234),
            "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in headers],
        }  # fmt: skip
        start, body = self.send(scope)
        headers = [(name.decode(), value.decode()) for name, value in start["headers"]]
        return Response(start["status"], headers, body["body"])

    def send(self, scope, application=None):
        sent = []

        async def receive():
            return {"type": f"{scope['type']}.connect"}

        async def send(message):
            sent.append(message)

        self._loop.run_until_complete(self._guarded(scope, receive, send))
        return sent

    def turn(self):
        """Lets what happens in the background happen."""
        self._loop.run_until_complete(asyncio.sleep(0))

    def flush(self):
        self._loop.run_until_complete(self.guard.close())

    def close(self):
        self.flush()
        self._loop.run_until_complete(self._client.close())
        self._loop.close()


class Guards:
    """What each of the classes below runs."""

    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.addClassCleanup(cls.server.close)
        cls.client = latchkey.Client(cls.server.tcp, token_file=cls.server.token_file)
        cls.addClassCleanup(cls.client.close)

    def setUp(self):
        self.guarded = self.guard(self.server.unix)
        self.key = self.client.create_key("acme", "u-1", "n", unrestricted=True)
        self.addCleanup(self.client.revoke_key, self.key.key.id)

    def guard(self, address, **options):
        guarded = self.kind(address, timeout=PATIENCE_SECONDS, **options)
        self.addCleanup(guarded.close)
        return guarded

    def last_event(self):
        found = self.client.stream_usage(history=True, no_follow=True)
        return [each for each in found if isinstance(each, latchkey.UsageEvent)][-1]

    def test_a_valid_key_reaches_the_application_in_either_header(self):
        secret = self.key.secret
        for header in (
            ("X-API-Key", secret),
            ("Authorization", f"Bearer {secret}"),
            ("Authorization", f"bearer {secret}"),
        ):
            response = self.guarded.request(headers=[header])
            self.assertEqual((response.status, response.body), (200, b"u-1"))

    def test_the_usage_log_tells_the_request(self):
        self.guarded.request("DELETE", "/reports/ä\n7", headers=[("X-API-Key", self.key.secret)])
        event = self.last_event()
        self.assertEqual((event.key_id, event.client_ip), (self.key.key.id, "203.0.113.7"))
        self.assertEqual((event.http_method, event.path), ("DELETE", "/reports/%C3%A4%0A7"))

    def outcomes(self):
        stream = self.client.stream_usage(history=True, no_follow=True, key_id=self.key.key.id)
        found = list(stream)
        events = {each.usage_id: each.path for each in found if isinstance(each, latchkey.UsageEvent)}
        return [(events[each.usage_id], each.http_status) for each in found if isinstance(each, latchkey.UsageOutcome)]

    def test_the_outcome_of_each_allowed_request_is_reported(self):
        headers = [("X-API-Key", self.key.secret)]
        for path, status in (("/a", "200 OK"), ("/b", "404 Not Found"), ("/c", "201 Created")):
            self.guarded.status = status
            self.guarded.request(path=path, headers=headers)
        self.guarded.status = None
        with self.assertRaises(RuntimeError):
            self.guarded.request(path="/d", headers=headers)
        # Denied: the service knows its status.
        self.guarded.request(headers=[("X-API-Key", "nonsense")])
        self.guarded.flush()
        self.assertEqual(self.outcomes(), [("/a", 200), ("/b", 404), ("/c", 201), ("/d", 500)])

    def test_many_outcomes_are_reported_before_the_second_is_over(self):
        headers = [("X-API-Key", self.key.secret)]
        with mock.patch.object(limits, "OUTCOMES_GATHER_SECONDS", PATIENCE_SECONDS):
            with mock.patch.object(limits, "OUTCOMES_AT_ONCE", 3):
                for _ in range(3):
                    self.guarded.request(headers=headers)
                while len(self.outcomes()) < 3:
                    self.guarded.turn()

    def test_outcomes_are_not_reported_when_that_is_switched_off(self):
        guarded = self.guard(self.server.unix, report=False)
        self.assertEqual(guarded.request(headers=[("X-API-Key", self.key.secret)]).status, 200)
        guarded.flush()
        self.assertEqual(self.outcomes(), [])

    def test_what_cannot_be_reported_is_dropped_and_counted_and_fails_no_request(self):
        headers = [("X-API-Key", self.key.secret)]
        with mock.patch.object(limits, "OUTCOMES_WAITING", 2):
            with mock.patch.object(limits, "OUTCOMES_GATHER_SECONDS", PATIENCE_SECONDS):
                with self.assertLogs("latchkey", "WARNING") as logged:
                    for _ in range(5):
                        self.assertEqual(self.guarded.request(headers=headers).status, 200)
                self.guarded.flush()
        self.assertEqual(self.guarded.guard._reporter.dropped, 3)
        self.assertEqual(len(self.outcomes()), 2)
        self.assertIn("outcomes missing in the usage log: 1; too many wait", logged.output[0])

    def test_a_revoked_key_is_denied_at_once(self):
        headers = [("X-API-Key", self.key.secret)]
        self.assertEqual(self.guarded.request(headers=headers).status, 200)
        self.client.revoke_key(self.key.key.id)
        response = self.guarded.request(headers=headers)
        self.assertEqual((response.status, response.json), (401, {"error": "invalid API key"}))
        self.assertEqual(response.headers["content-type"], "application/json")
        self.assertEqual(response.headers["www-authenticate"], "Bearer")

    def test_no_key_and_what_is_no_key(self):
        self.assertEqual(self.guarded.request().status, 401)
        for header in (("Authorization", f"Basic {self.key.secret}"), ("X-API-Key", " "), ("Authorization", "Bearer")):
            self.assertEqual(self.guarded.request(headers=[header]).status, 401)
        for token in ("nonsense", "x" * 5_000, "lk_\xe4", f"{self.key.secret},{self.key.secret}", "a b"):
            response = self.guarded.request(headers=[("X-API-Key", token)])
            self.assertEqual((response.status, self.last_event().verdict.name), (401, "MALFORMED"))

    def test_forwarded_addresses_are_not_believed_unless_told(self):
        headers = [("X-API-Key", self.key.secret), ("X-Forwarded-For", "198.51.100.1, 198.51.100.2")]
        for hops, ip in ((0, "203.0.113.7"), (1, "198.51.100.2"), (2, "198.51.100.1"), (3, "")):
            guarded = self.guard(self.server.unix, trusted_hops=hops)
            self.assertEqual(guarded.request(headers=headers).status, 200)
            self.assertEqual(self.last_event().client_ip, ip)

    def test_the_resource_is_named_by_the_application(self):
        guarded = self.guard(self.server.unix, resource=lambda request: "reports/7")
        guarded.request(headers=[("X-API-Key", self.key.secret)])
        self.assertEqual(self.last_event().resource, "reports/7")

    def test_a_key_with_grants_may_do_what_they_say(self):
        granted = self.client.create_key("acme", "u-1", "n", grants=[latchkey.Grant("reports", "read")])
        self.addCleanup(self.client.revoke_key, granted.key.id)
        headers = [("X-API-Key", granted.secret)]
        guarded = self.guard(self.server.unix, resource=lambda request: self.path(request).split("/")[1])
        self.assertEqual(guarded.request("GET", "/reports/7", headers=headers).status, 200)
        for method, path in (("POST", "/reports/7"), ("GET", "/people")):
            with self.assertLogs("latchkey", "INFO") as logged:
                response = guarded.request(method, path, headers=headers)
            self.assertEqual((response.status, response.json), (403, {"error": "not allowed with this API key"}))
            self.assertIn(f"denied: PERMISSION_DENIED, key {granted.key.id}, {method} {path}", logged.output[0])
            self.assertNotIn(granted.secret, logged.output[0])
        with self.assertLogs("latchkey", "INFO") as logged:
            self.assertEqual(self.guarded.request(headers=headers).status, 403)
        self.assertIn("RESOURCE_REQUIRED", logged.output[0])

    def test_a_denial_is_logged_without_what_was_presented(self):
        with self.assertLogs("latchkey", "INFO") as logged:
            self.guarded.request(path="/a\nb", headers=[("X-API-Key", "nonsense-token")])
        (line,) = logged.output
        self.assertIn("denied: MALFORMED, key unknown, GET /a%0Ab", line)
        self.assertNotIn("nonsense-token", line)

    def test_an_exempt_request_needs_no_key_and_no_service(self):
        guarded = self.guard("unix:/nowhere", exempt=lambda request: self.path(request) == "/healthz")
        response = guarded.request(path="/healthz")
        self.assertEqual((response.status, response.body), (200, b"stranger"))
        self.assertEqual(guarded.request(path="/healthz/").status, 401)

    def test_a_resource_that_the_service_does_not_take_is_no_outage(self):
        guarded = self.guard(self.server.unix, resource=lambda request: "x" * 5_000)
        with self.assertLogs("latchkey", "INFO") as logged:
            response = guarded.request(headers=[("X-API-Key", self.key.secret)])
        self.assertEqual((response.status, logged.records[0].levelname), (400, "INFO"))

    def test_an_outage_fills_no_log_and_its_end_is_told(self):
        server = Server()
        self.addCleanup(server.close)
        guarded = self.guard(server.unix)
        server.stop()
        headers = [("X-API-Key", "lk_nonsense")]
        with self.assertLogs("latchkey", "WARNING") as logged:
            for _ in range(3):
                self.assertEqual(guarded.request(headers=headers).status, 503)
            server.start()
            while guarded.request(headers=headers).status == 503:
                pass
        self.assertEqual([record.levelname for record in logged.records], ["ERROR", "WARNING"])
        self.assertRegex(logged.output[1], r"can be checked again; \d+ requests refused in \d+ s")

    def test_a_request_that_the_service_would_refuse_is_asked_within_its_limits(self):
        for method, path in (("get", "/"), ("M" * 40, "/"), ("GET", "/" + "a" * 5_000)):
            response = self.guarded.request(method, path, headers=[("X-API-Key", self.key.secret)])
            self.assertEqual(response.status, 200)

    def test_a_head_request_is_denied_without_a_body(self):
        response = self.guarded.request("HEAD", headers=[("X-API-Key", "nonsense")])
        self.assertEqual((response.status, response.body), (401, b""))

    def test_without_the_service_nobody_is_let_through(self):
        with self.assertLogs("latchkey", "ERROR"):
            response = self.guard("unix:/nowhere").request(headers=[("X-API-Key", self.key.secret)])
        self.assertEqual((response.status, response.headers["retry-after"]), (503, "1"))

    def test_denials_of_a_played_service(self):
        played = PlayedServer()
        self.addCleanup(played.close)
        guarded = self.guard(played.address)
        limited = pb.ValidateResponse(
            verdict=13, http_status=429, public_message="too many requests", message="private"
        )
        limited.retry_after.FromMilliseconds(2_001)
        forbidden = pb.ValidateResponse(verdict=11, http_status=403, public_message="not allowed", message="private")
        cases = [
            (limited, 429, "too many requests", "3"),
            (forbidden, 403, "not allowed", None),
            (pb.ValidateResponse(verdict=99, http_status=200), 401, "invalid API key", None),
            (pb.ValidateResponse(http_status=200), 401, "invalid API key", None),
        ]

        def play():
            connection = played.accept()
            for reply, *_ in cases:
                connection.write(ServerFrame(id=connection.read().id, end=True, validate=reply))
            connection.close()

        with ThreadPoolExecutor(1) as threads:
            playing = threads.submit(play)
            for _, status, message, retry_after in cases:
                response = guarded.request(headers=[("X-API-Key", "token")])
                self.assertEqual((response.status, response.json), (status, {"error": message}))
                self.assertEqual(response.headers.get("retry-after"), retry_after)
            playing.result()


class WSGITests(Guards, unittest.TestCase):
    kind = WSGI

    def path(self, environ):
        return environ["PATH_INFO"]


class ASGITests(Guards, unittest.TestCase):
    kind = ASGI

    def path(self, scope):
        return scope["path"]

    def test_two_keys_are_no_key(self):
        headers = [("X-API-Key", self.key.secret)] * 2
        self.assertEqual(self.guarded.request(headers=headers).status, 401)

    def test_a_websocket_is_guarded_like_a_request(self):
        scope = {"type": "websocket", "path": "/live", "client": None}
        denied = {**scope, "headers": [(b"x-api-key", b"nonsense")]}
        self.assertEqual(self.guarded.send(denied), [{"type": "websocket.close", "code": 1008}])
        start, body = self.guarded.send({**denied, "extensions": {"websocket.http.response": {}}})
        self.assertEqual((start["type"], start["status"]), ("websocket.http.response.start", 401))
        self.assertEqual(json.loads(body["body"]), {"error": "invalid API key"})
        allowed = {**scope, "headers": [(b"x-api-key", self.key.secret.encode())]}
        self.assertEqual(self.guarded.send(allowed)[1]["body"], b"u-1")

    def test_what_is_neither_is_not_let_through(self):
        with self.assertRaises(RuntimeError):
            self.guarded.send({"type": "telnet"})

    def test_the_end_of_the_servers_life_closes_its_own_client(self):
        async def application(scope, receive, send):
            await send({"type": "lifespan.startup.complete"})
            await guarded.client.health()
            await send({"type": "lifespan.shutdown.complete"})

        async def send(message):
            pass

        guarded = asgi.RequireKey(application)
        guarded.client = latchkey.aio.Client(self.server.unix)
        asyncio.run(guarded({"type": "lifespan"}, None, send))
        with self.assertRaises(latchkey.Cancelled):
            asyncio.run(guarded.client.health())


class GuardTests(unittest.TestCase):
    def test_an_outage_is_told_at_once_then_every_ten_seconds_and_at_its_end(self):
        time = mock.Mock(return_value=100.0)
        outage = _guard.Outage(time)
        down = latchkey.Unavailable("down")
        with self.assertLogs("latchkey", "WARNING") as logged:
            outage.answered()
            for time.return_value in (100.0, 101.0, 109.9, 110.0, 111.0):
                outage.refused(down)
            time.return_value = 112.0
            outage.answered()
            outage.answered()
            # One that comes and goes is not told each time.
            outage.refused(down)
            outage.answered()
            time.return_value = 120.0
            outage.refused(down)
        self.assertEqual([record.getMessage() for record in logged.records], [
            "a request was refused (503) because API keys cannot be checked: down (UNAVAILABLE)",
            "3 requests were refused (503) because API keys cannot be checked: down (UNAVAILABLE)",
            "API keys can be checked again; 5 requests refused in 12 s",
            "2 requests were refused (503) because API keys cannot be checked: down (UNAVAILABLE)",
        ])  # fmt: skip

    def test_addresses(self):
        for peer, ip in (("::1", "::1"), ("fe80::1%eth0", "fe80::1"), ("", ""), (None, ""), ("@", ""), ("unix:", "")):
            self.assertEqual(_guard.client_ip(peer, "", 0), ip)


if __name__ == "__main__":
    unittest.main()
