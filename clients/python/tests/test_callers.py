# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""The token that a client speaks with: where it comes from, when it is sent, and that it is shown nowhere."""

import asyncio
import logging
import os
import pickle
import tempfile
import traceback
import unittest
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from unittest import mock

import latchkey
import latchkey.aio
from latchkey import Grant, asgi, wsgi
from latchkey._proto import key_service_pb2 as pb
from latchkey._proto.frame_pb2 import ServerFrame
from latchkey._proto.status_pb2 import Status
from latchkey._token import CallerToken

from .server import PATIENCE_SECONDS, PlayedServer, Server
from .test_calls import Blocking

#: Of a token's form, and no key's.
_STRANGER = "lk_" + "0" * 12 + "A" * 43


class Files(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.path = Path(directory.name) / "token"
        cleared = mock.patch.dict(os.environ)
        cleared.start()
        self.addCleanup(cleared.stop)
        os.environ.pop("LATCHKEY_TOKEN", None)

    def write(self, content, mode=0o600):
        self.path.write_text(content)
        self.path.chmod(mode)
        return self.path


class TokenTests(Files):
    def test_a_file_loses_its_line_end_and_is_read_anew(self):
        token = CallerToken.find(None, self.write("lk_one\n"))
        self.assertEqual(token.read(), "lk_one")
        self.write("lk_two\r\n")
        self.assertEqual(token.read(), "lk_two")

    def test_what_was_given_comes_before_the_environment(self):
        os.environ["LATCHKEY_TOKEN"] = "lk_environment"
        self.assertEqual(CallerToken.find(None, None).read(), "lk_environment")
        self.assertEqual(CallerToken.find("lk_argument", None).read(), "lk_argument")
        self.assertEqual(CallerToken.find(None, self.write("lk_file")).read(), "lk_file")
        os.environ["LATCHKEY_TOKEN"] = ""
        self.assertEqual(CallerToken.find(None, None).read(), "")

    def test_a_file_that_others_may_use_is_refused(self):
        for mode in (0o640, 0o604, 0o620, 0o602, 0o644):
            with self.assertRaises(latchkey.Unauthenticated) as caught:
                CallerToken.find(None, self.write("lk_secret", mode)).read()
            self.assertEqual(caught.exception.reason, "TOKEN_FILE_REFUSED")
            self.assertIn(f"{self.path}: others than its owner may read it; run chmod 600", str(caught.exception))

    def test_a_file_without_a_token_is_refused_and_what_it_holds_is_not_told(self):
        for content in ("", "\n", "lk_secret lk_secret", "lk_secret\nlk_secret\n", "lk_sécret", "lk_secret" * 15):
            with self.assertRaises(latchkey.Unauthenticated) as caught:
                CallerToken.find(None, self.write(content)).read()
            self.assertNotIn("cret", "".join(traceback.format_exception(None, caught.exception, None)))

    def test_what_is_no_regular_file_is_refused_and_never_waited_for(self):
        pipe = self.path.with_name("pipe")
        os.mkfifo(pipe, 0o600)
        for path in (pipe, self.path.parent, self.path.with_name("nowhere")):
            with self.assertRaises(latchkey.Unauthenticated) as caught:
                CallerToken.find(None, path).read()
            self.assertIn(str(path), caught.exception.message)

    def test_wrong_arguments_are_refused_at_once_without_telling_them(self):
        wrong = [{"token": "lk_a", "token_file": "/b"}, {"token_file": ""}, {"token_file": "a\0b"}]
        wrong += [{"token": each} for each in ("", "lk_secret\n", "lk secret", "lk_sécret", "lk_secret" * 15)]
        for kind in (latchkey.Client, latchkey.aio.Client):
            for arguments in wrong:
                with self.assertRaises(ValueError) as caught:
                    kind("unix:/nowhere", **arguments)
                self.assertNotIn("cret", str(caught.exception))
        os.environ["LATCHKEY_TOKEN"] = "lk secret"
        with self.assertRaisesRegex(ValueError, "LATCHKEY_TOKEN holds no token"):
            latchkey.Client("unix:/nowhere")

    def test_it_is_in_no_repr_and_no_pickle(self):
        client = latchkey.Client("unix:/nowhere", token="lk_secret")
        for each in (client, client.__dict__, client._token):
            self.assertNotIn("cret", repr(each))
        with self.assertRaises(TypeError):
            pickle.dumps(client._token)


class FrameTests(Files):
    """What the client sends, to a server whose part the test plays."""

    def setUp(self):
        super().setUp()
        self.server = PlayedServer()
        self.addCleanup(self.server.close)
        self.threads = ThreadPoolExecutor(4)
        self.addCleanup(self.threads.shutdown)

    def clients(self, **options):
        for kind in (latchkey.Client, Blocking):
            client = kind(self.server.address, **options)
            self.addCleanup(client.close)
            yield client

    def accept(self):
        connection = self.server.accept()
        self.addCleanup(connection.close)
        return connection

    def answer(self, connection, **result):
        frame = connection.read()
        connection.write(ServerFrame(id=frame.id, end=True, **(result or {"health": pb.HealthResponse(serving=True)})))
        return frame.authorization

    def test_the_first_frame_of_each_connection_has_it_and_no_other(self):
        for client in self.clients(token_file=self.write("lk_one\n")):
            self.write("lk_one\n")
            first = self.threads.submit(lambda: (client.health(), client.health()))
            connection = self.accept()
            self.assertEqual([self.answer(connection), self.answer(connection)], ["lk_one", ""])
            first.result()
            connection.close()
            self.write("lk_two\n")
            again = self.threads.submit(client.health)
            self.assertEqual(self.answer(self.accept()), "lk_two")
            again.result()

    def test_without_one_no_frame_has_it(self):
        for client in self.clients():
            answer = self.threads.submit(client.health)
            self.assertEqual(self.answer(self.accept()), "")
            answer.result()

    def test_a_refused_token_of_a_file_is_read_again_and_another_is_not(self):
        refusal = Status(code=16, reason="CALLER_REQUIRED", message="no")
        for client in self.clients(token_file=self.write("lk_one")):
            self.write("lk_one")
            refused = self.threads.submit(client.health)
            self.assertEqual(self.answer(self.accept(), error=refusal), "lk_one")
            with self.assertRaises(latchkey.Unauthenticated):
                refused.result()
            self.write("lk_two")
            again = self.threads.submit(client.health)
            self.assertEqual(self.answer(self.accept()), "lk_two")
            again.result()
        for client in self.clients(token="lk_one"):
            refused = self.threads.submit(client.health)
            connection = self.accept()
            self.answer(connection, error=refusal)
            with self.assertRaises(latchkey.Unauthenticated):
                refused.result()
            again = self.threads.submit(client.health)
            self.assertEqual(self.answer(connection), "")
            again.result()

    def test_a_file_that_is_refused_fails_the_call_at_once(self):
        for client in self.clients(token_file=self.write("lk_secret", 0o644)):
            with self.assertRaises(latchkey.Unauthenticated) as caught:
                client.health(timeout=PATIENCE_SECONDS)
            self.assertIn("chmod 600", str(caught.exception))

    def test_a_stream_sends_it_and_again_when_it_goes_on(self):
        def live(connection):
            frame = connection.read()
            connection.write(
                ServerFrame(id=frame.id, stream_usage=pb.StreamUsageResponse(records=[{"sequence": 1, "live": {}}]))
            )
            return frame.authorization

        with latchkey.Client(self.server.address, token_file=self.write("lk_one")) as client:
            stream = self.threads.submit(client.stream_usage, resuming=True).result()
            connection = self.accept()
            self.assertEqual(live(connection), "lk_one")
            next(stream)
            self.write("lk_two")
            connection.close()
            waiting = self.threads.submit(lambda: next(stream, None))
            connection = self.accept()
            self.assertEqual(live(connection), "lk_two")
            connection.close()
            # What is refused ends it, also when it goes on.
            self.write("lk_two", 0o644)
            with self.assertRaises(latchkey.Unauthenticated):
                waiting.result()

    def test_an_asyncio_stream_does_the_same(self):
        async def follow():
            client = latchkey.aio.Client(self.server.address, token_file=self.path)
            async with client.stream_usage(resuming=True) as stream:
                return [each async for each in stream]

        def play():
            seen = []
            for number, token in enumerate(("lk_two", ""), 1):
                connection = self.accept()
                frame = connection.read()
                seen.append(frame.authorization)
                records = pb.StreamUsageResponse(records=[{"sequence": number, "heartbeat": {}}])
                self.path.write_text(token or "unused")
                connection.write(ServerFrame(id=frame.id, end=not token, stream_usage=records))
                connection.close()
            return seen

        self.write("lk_one")
        seen = self.threads.submit(play)
        asyncio.run(asyncio.wait_for(follow(), PATIENCE_SECONDS))
        self.assertEqual(seen.result(), ["lk_one", "lk_two"])


class RealServer(Files):
    """Against the real server, over TCP, where nobody may do anything without a token."""

    def setUp(self):
        super().setUp()
        self.server = Server()
        self.addCleanup(self.server.close)
        self.admin = latchkey.Client(self.server.tcp, token=self.server.token)
        self.addCleanup(self.admin.close)

    def clients(self, **options):
        for kind in (latchkey.Client, Blocking):
            client = kind(self.server.tcp, **options)
            self.addCleanup(client.close)
            yield client

    def caller(self, *grants):
        return self.admin.create_key("latchkey", "u-1", "a caller", grants=grants, expires=timedelta(hours=1))


class CallerTests(RealServer):
    def test_by_argument_by_file_and_by_environment(self):
        key = self.admin.create_key("acme", "u-1", "n", unrestricted=True).key
        for options in ({"token": self.server.token}, {"token_file": self.server.token_file}):
            for client in self.clients(**options):
                self.assertEqual(client.get_key(key.id).id, key.id)
        os.environ["LATCHKEY_TOKEN"] = self.server.token
        for client in self.clients():
            self.assertEqual(client.get_key(key.id).id, key.id)
        with latchkey.Client(self.server.tcp) as client:
            # Nothing was validated, so there is nothing in it; without the token it would raise.
            self.assertEqual(list(client.stream_usage(history=True, no_follow=True)), [])

    def test_without_a_token_and_with_a_bad_one(self):
        for options in ({}, {"token": _STRANGER}, {"token": "lk_nonsense"}):
            for client in self.clients(**options):
                for _ in range(2):
                    with self.assertRaises(latchkey.Unauthenticated) as caught:
                        client.list_keys("acme")
                    self.assertEqual(caught.exception.reason, "CALLER_REQUIRED")
                    self.assertNotIn(options.get("token", "lk_"), str(caught.exception))
            with latchkey.Client(self.server.tcp, **options) as client:
                with self.assertRaises(latchkey.Unauthenticated):
                    list(client.stream_usage(history=True, no_follow=True))

    def test_after_a_restart_it_is_sent_again(self):
        # The Unix socket stays where it is, but there the server knows us without a token.
        caller = self.caller(Grant("keys", ["read"]))
        client = latchkey.Client(self.server.unix, token=caller.secret)
        self.addCleanup(client.close)
        self.assertEqual(client.who_am_i().caller, caller.key.id)
        self.server.stop()
        self.server.start()
        self.assertEqual(client.who_am_i().caller, caller.key.id)

    def test_a_validator_may_validate_and_nothing_else(self):
        key = self.admin.create_key("acme", "u-1", "n", unrestricted=True)
        for client in self.clients(token=self.caller(Grant("validation", ["read"])).secret):
            self.assertTrue(client.validate(key.secret).allowed)
            self.assertTrue(client.validate_batch([latchkey.ValidateRequest(key.secret)])[0].allowed)
            for call in (
                lambda: client.create_key("acme", "u-1", "n", unrestricted=True),
                lambda: client.list_keys("acme"),
                lambda: client.update_account("acme", max_active_keys=1),
                lambda: client.snapshot(),
            ):
                with self.assertRaises(latchkey.PermissionDenied) as caught:
                    call()
                self.assertEqual(caught.exception.reason, "RIGHT_MISSING")
                self.assertFalse(caught.exception.maybe_done)

    def test_a_caller_that_is_revoked_is_refused_on_its_open_connection(self):
        caller = self.caller(Grant("validation", ["read"]))
        with latchkey.Client(self.server.tcp, token=caller.secret) as client:
            client.validate("lk_nonsense")
            self.admin.revoke_key(caller.key.id)
            with self.assertRaises(latchkey.Unauthenticated):
                client.validate("lk_nonsense")

    def test_a_token_that_was_replaced_in_its_file_is_found(self):
        caller = self.caller(Grant("validation", ["read"]))
        for client in self.clients(token_file=self.write(caller.secret)):
            self.write(caller.secret)
            client.validate("lk_nonsense")
            caller = self.admin.rekey_key(caller.key.id, overlap=timedelta(0))
            with self.assertRaises(latchkey.Unauthenticated):
                client.validate("lk_nonsense")
            self.write(caller.secret)
            client.validate("lk_nonsense")


class GuardTests(RealServer):
    """The middlewares with a client of their own, which they make with a token."""

    def setUp(self):
        super().setUp()
        os.environ["LATCHKEY_ADDRESS"] = self.server.tcp
        self.key = self.admin.create_key("acme", "u-1", "n", unrestricted=True)

    def statuses(self, **options):
        """What a request with a good key gets from each of the two; 200 only if the application was reached."""
        reached = []

        def application(environ, start_response):
            reached.append("WSGI")
            start_response("200 OK", [])
            return []

        async def app(scope, receive, send):
            reached.append("ASGI")
            await send({"type": "http.response.start", "status": 200})

        statuses = []
        environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "HTTP_X_API_KEY": self.key.secret}
        guarded = wsgi.RequireKey(application, **options)
        guarded(environ, lambda status, headers: statuses.append(int(status.split()[0])))
        guarded.client.close()

        async def send(message):
            statuses.extend([message["status"]] if "status" in message else [])

        async def ask():
            scope = {"type": "http", "method": "GET", "path": "/", "client": None}
            scope["headers"] = [(b"x-api-key", self.key.secret.encode())]
            guarded = asgi.RequireKey(app, **options)
            await guarded(scope, None, send)
            await guarded.client.close()

        asyncio.run(ask())
        self.assertEqual(len(reached), statuses.count(200))
        return statuses

    def test_a_validators_token_is_enough(self):
        token = self.caller(Grant("validation", ["read"])).secret
        self.assertEqual(self.statuses(token_file=self.write(token + "\n")), [200, 200])
        self.assertEqual(self.statuses(token=token), [200, 200])
        os.environ["LATCHKEY_TOKEN"] = token
        self.assertEqual(self.statuses(), [200, 200])

    def test_who_is_refused_lets_nobody_through_and_tells_no_token(self):
        issuer = self.caller(Grant("keys", ["create"])).secret
        open_file = self.write(issuer, 0o644)
        for options in ({}, {"token": _STRANGER}, {"token": issuer}, {"token_file": open_file}):
            with self.assertLogs("latchkey", logging.DEBUG) as logged:
                self.assertEqual(self.statuses(**options), [503, 503])
            for line in logged.output:
                self.assertNotIn(issuer, line)
                self.assertNotIn(_STRANGER, line)
                self.assertNotIn(self.key.secret, line)

    def test_a_client_that_was_given_has_its_own(self):
        for kind, client in ((wsgi.RequireKey, latchkey.Client), (asgi.RequireKey, latchkey.aio.Client)):
            with self.assertRaises(ValueError):
                kind(None, client("unix:/nowhere"), token="lk_a")


if __name__ == "__main__":
    unittest.main()
