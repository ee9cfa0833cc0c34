# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""Keys of another system, on a server of their own: where there are any, nothing is malformed any more."""

import contextlib
import hashlib
import unittest
from datetime import datetime, timezone

import latchkey
from latchkey import Grant, ImportedKey, RateLimit, Verdict

from .server import PATIENCE_SECONDS, Server
from .test_calls import Blocking
from .test_middleware import ASGI, WSGI

_CREATED = datetime(2025, 1, 1, tzinfo=timezone.utc)
_REVOKED = datetime(2026, 1, 2, tzinfo=timezone.utc)


class ImportTests(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.close)

    def test_from_threads(self):
        self.take_over(latchkey.Client(self.server.unix))

    def test_from_tasks(self):
        self.take_over(Blocking(self.server.unix))

    def take_over(self, client):
        self.addCleanup(client.close)
        first, second = (f"sk_live_{letter * 32}" for letter in "xy")
        restricted = ImportedKey(
            "acme", "u-1", "first", token=first, grants=[Grant("*", "read")], allowed_ips="203.0.113.7",
            api_version="2026-01-31", rate_limit=RateLimit(5, 60), create_time=_CREATED,
        )  # fmt: skip
        revoked = ImportedKey(
            "acme", "u-1", "second", token_sha256=hashlib.sha256(second.encode()).digest(), unrestricted=True,
            create_time=_CREATED, revoke_time=_REVOKED,
        )  # fmt: skip
        keys = [restricted, revoked, ImportedKey("acme", "", "third", token="z" * 40, unrestricted=True)]
        tried = client.import_keys(keys, dry_run=True)
        self.assertEqual([each.reason for each in tried], ["", "", "INVALID_FIELD"])
        self.assertIs(client.validate(first).verdict, Verdict.MALFORMED)
        done = client.import_keys(keys)
        self.assertEqual([each.imported for each in done], [True, True, False])
        self.assertIn("user_id", done[2].message)
        answer = client.validate(first, client_ip="203.0.113.7", resource="r", http_method="GET")
        self.assertEqual((answer.verdict, answer.key_id), (Verdict.VALID, done[0].key_id))
        key = client.get_key(done[0].key_id)
        self.assertEqual((key.hint, key.expire_time, key.create_time), ("sk_l...xxxx", None, _CREATED))
        self.assertEqual((key.api_version, key.rate_limit), ("2026-01-31", RateLimit(5, 60)))
        self.assertIs(client.validate(second).verdict, Verdict.REVOKED)
        self.assertEqual(client.get_key(done[1].key_id).revoke_time, _REVOKED)
        again = client.import_keys(keys[:2])
        found = [(each.key_id, each.reason) for each in again]
        self.assertEqual(found, [(each.key_id, "KEY_EXISTS") for each in done[:2]])

    def test_the_middlewares_take_a_token_of_any_length(self):
        token = "sk_" + "x" * 1_021
        with latchkey.Client(self.server.unix) as client:
            client.import_keys([ImportedKey("acme", "u-1", "old", token=token, unrestricted=True)])
        for kind in WSGI, ASGI:
            with contextlib.closing(kind(self.server.unix, timeout=PATIENCE_SECONDS)) as guarded:
                self.assertEqual(guarded.request(headers=[("X-API-Key", token)]).body, b"u-1")


if __name__ == "__main__":
    unittest.main()
