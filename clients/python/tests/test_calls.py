# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""Every call against the real server: by both clients, over TCP and over the Unix socket."""

import asyncio
import itertools
import os
import unittest
from datetime import datetime, timedelta, timezone

import latchkey
import latchkey.aio
from latchkey import KeyStatus, Verdict

from .server import Server

_accounts = itertools.count()


class Blocking:
    """The asyncio client, called like the other one."""

    def __init__(self, address):
        self._loop = asyncio.new_event_loop()
        self._client = latchkey.aio.Client(address)

    def __getattr__(self, name):
        method = getattr(self._client, name)
        return lambda *arguments, **named: self._loop.run_until_complete(method(*arguments, **named))

    def close(self):
        self._loop.run_until_complete(self._client.close())
        self._loop.close()


class Calls:
    """What each of the classes below runs."""

    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.addClassCleanup(cls.server.close)

    def setUp(self):
        self.client = self.make_client()
        self.addCleanup(self.client.close)
        self.account = f"account-{next(_accounts)}"

    def make_key(self, **more):
        return self.client.create_key(self.account, "u-1", "nightly export", unrestricted=True, **more)

    def assertVerdict(self, secret, verdict):
        self.assertIs(self.client.validate(secret).verdict, verdict)

    def test_create_and_get(self):
        before = datetime.now(timezone.utc)
        issued = self.make_key(description="to the warehouse", expires=timedelta(days=30))
        key = issued.key
        self.assertEqual((key.account_id, key.user_id, key.name), (self.account, "u-1", "nightly export"))
        self.assertEqual((key.description, key.unrestricted, key.enabled), ("to the warehouse", True, True))
        self.assertEqual((key.status, key.revision), (KeyStatus.ACTIVE, issued.revision))
        self.assertEqual(key.expire_time - key.create_time, timedelta(days=30))
        self.assertLess(abs(key.create_time - before), timedelta(minutes=1))
        self.assertEqual(key.hint, f"{issued.secret[:4]}...{issued.secret[-4:]}")
        self.assertEqual([(each.generation, each.deadline) for each in key.secrets], [(1, None)])
        self.assertEqual(self.client.get_key(key.id), key)

    def test_expiry_at_a_time_and_never(self):
        time = datetime(2100, 1, 1, 12, tzinfo=timezone(timedelta(hours=1)))
        self.assertEqual(self.make_key(expires=time).key.expire_time, time)
        self.assertIsNone(self.make_key(expires=latchkey.NEVER).key.expire_time)

    def test_update_changes_what_is_named_and_nothing_else(self):
        issued = self.make_key(description="kept")
        changed = self.client.update_key(issued.key.id, name="weekly export", enabled=False)
        self.assertEqual((changed.key.name, changed.key.description), ("weekly export", "kept"))
        self.assertEqual((changed.key.status, changed.revision), (KeyStatus.DISABLED, issued.revision + 1))
        self.assertVerdict(issued.secret, Verdict.DISABLED)
        changed = self.client.update_key(issued.key.id, description="", enabled=True, expires=latchkey.NEVER)
        self.assertEqual((changed.key.description, changed.key.expire_time), ("", None))
        self.assertVerdict(issued.secret, Verdict.VALID)
        past = datetime.now(timezone.utc) - timedelta(seconds=1)
        self.assertEqual(self.client.update_key(issued.key.id, expires=past).key.status, KeyStatus.EXPIRED)
        self.assertVerdict(issued.secret, Verdict.EXPIRED)

    def test_an_update_of_nothing_is_refused(self):
        with self.assertRaises(latchkey.InvalidArgument) as caught:
            self.client.update_key(self.make_key().key.id)
        self.assertEqual([each.field for each in caught.exception.violations], ["update_mask"])

    def test_rekey_and_retire(self):
        first = self.make_key()
        second = self.client.rekey_key(first.key.id, overlap=timedelta(hours=1))
        self.assertNotEqual(first.secret, second.secret)
        current, old = second.key.secrets
        self.assertEqual((current.generation, old.generation), (2, 1))
        self.assertEqual(old.deadline - current.create_time, timedelta(hours=1))
        answer = self.client.validate(first.secret)
        self.assertEqual((answer.allowed, answer.superseded, answer.generation), (True, True, 1))
        self.assertEqual(answer.superseded_deadline, old.deadline)
        retired = self.client.retire_secrets(first.key.id)
        self.assertEqual((retired.retired, len(retired.key.secrets)), (1, 1))
        self.assertVerdict(first.secret, Verdict.SUPERSEDED)
        third = self.client.rekey_key(first.key.id, overlap=timedelta(0))
        self.assertVerdict(second.secret, Verdict.SUPERSEDED)
        self.assertVerdict(third.secret, Verdict.VALID)
        overlap = self.client.rekey_key(first.key.id).key.secrets[1].deadline - datetime.now(timezone.utc)
        self.assertLess(abs(overlap - timedelta(hours=4)), timedelta(minutes=1))

    def test_revoke(self):
        issued = self.make_key()
        revoked = self.client.revoke_key(issued.key.id)
        self.assertIs(revoked.key.status, KeyStatus.REVOKED)
        self.assertIsNotNone(revoked.key.revoke_time)
        answer = self.client.validate(issued.secret, client_ip="2001:db8::1", http_method="DELETE", path="/reports/7")
        self.assertIs(answer.verdict, Verdict.REVOKED)
        self.assertEqual((answer.allowed, answer.http_status, answer.public_message), (False, 401, "invalid API key"))
        self.assertEqual(self.client.revoke_key(issued.key.id), revoked)
        with self.assertRaises(latchkey.FailedPrecondition) as caught:
            self.client.rekey_key(issued.key.id)
        self.assertEqual(caught.exception.reason, "KEY_REVOKED")

    def test_validate_tells_whose_key_it_is(self):
        issued = self.make_key()
        answer = self.client.validate(
            issued.secret, client_ip="203.0.113.7", resource="reports/7", action=latchkey.Action.READ,
            http_method="GET", path="/reports/7",
        )  # fmt: skip
        self.assertTrue(answer)
        self.assertEqual((answer.verdict, answer.http_status), (Verdict.VALID, 200))
        self.assertEqual((answer.key_id, answer.account_id, answer.user_id), (issued.key.id, self.account, "u-1"))
        self.assertEqual((answer.name, answer.expire_time), (issued.key.name, issued.key.expire_time))
        self.assertEqual((answer.revision, len(answer.usage_id)), (issued.revision, 16))
        self.assertVerdict("nonsense", Verdict.MALFORMED)
        other = self.make_key()
        self.client.revoke_key(other.key.id)
        self.assertEqual(self.client.get_key(issued.key.id).use_count, 1)

    def test_accounts(self):
        changed = self.client.update_account(self.account, max_active_keys=1)
        self.assertEqual((changed.account.id, changed.account.max_active_keys), (self.account, 1))
        self.make_key()
        with self.assertRaises(latchkey.ResourceExhausted) as caught:
            self.make_key()
        self.assertEqual((caught.exception.reason, caught.exception.maybe_done), ("ACTIVE_KEY_LIMIT", False))
        account = self.client.get_account(self.account)
        self.assertEqual((account.active_keys, account.total_keys, account.token_prefix), (1, 1, "lk"))
        self.assertEqual((account.default_lifetime, account.default_overlap), (timedelta(365), timedelta(hours=4)))

    def test_errors_are_typed(self):
        with self.assertRaises(latchkey.NotFound) as caught:
            self.client.get_key("0" * 12)
        self.assertEqual((caught.exception.code, caught.exception.reason), (latchkey.Code.NOT_FOUND, "KEY_NOT_FOUND"))
        self.assertIn("000000000000", str(caught.exception))
        with self.assertRaises(latchkey.InvalidArgument) as caught:
            self.client.create_key("NO CAPITALS", "", "", unrestricted=True)
        fields = {each.field for each in caught.exception.violations}
        self.assertEqual(fields, {"account_id", "user_id", "name"})

    def test_who_am_i(self):
        self.assertEqual(self.client.who_am_i().caller, self.caller)

    def test_health(self):
        health = self.client.health()
        self.assertTrue(health.serving)
        self.assertIs(health.start_time.tzinfo, timezone.utc)

    def test_snapshot(self):
        revision = self.make_key().revision
        snapshot = self.client.snapshot(timeout=timedelta(seconds=30))
        self.assertEqual(snapshot.revision, revision)
        self.assertGreater(snapshot.size_bytes, 0)


class ThreadsUnix(Calls, unittest.TestCase):
    caller = f"uid:{os.getuid()}"

    def make_client(self):
        return latchkey.Client(self.server.unix)


class ThreadsTCP(Calls, unittest.TestCase):
    caller = "anonymous"

    def make_client(self):
        return latchkey.Client(self.server.tcp)


class AsyncioUnix(ThreadsUnix):
    def make_client(self):
        return Blocking(self.server.unix)


class AsyncioTCP(ThreadsTCP):
    def make_client(self):
        return Blocking(self.server.tcp)


if __name__ == "__main__":
    unittest.main()
