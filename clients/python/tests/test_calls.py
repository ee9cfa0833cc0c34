# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""Every call against the real server: by both clients, over TCP and over the Unix socket."""

import asyncio
import inspect
import itertools
import os
import unittest
from datetime import datetime, timedelta, timezone

import latchkey
import latchkey.aio
from latchkey import Action, Grant, KeyFilter, KeyStatus, RateLimit, ValidateRequest, Verdict

from .server import Server

_accounts = itertools.count()


async def _all(items):
    return [each async for each in items]


class Blocking:
    """The asyncio client, called like the other one."""

    def __init__(self, address, **options):
        self._loop = asyncio.new_event_loop()
        self._client = latchkey.aio.Client(address, **options)

    def __getattr__(self, name):
        method = getattr(self._client, name)
        if inspect.isasyncgenfunction(method):
            return lambda *arguments, **named: self._loop.run_until_complete(_all(method(*arguments, **named)))
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

        day = timedelta(days=1)
        settings = dict(default_lifetime=day, default_overlap=day, api_version_downgrade_window=day)
        changed = self.client.update_account(
            self.account, token_prefix="acme", require_public_ips=True, expected_revision=changed.revision, **settings
        ).account
        self.assertEqual((changed.token_prefix, changed.require_public_ips), ("acme", True))
        self.assertEqual({name: getattr(changed, name) for name in settings}, settings)
        cleared = self.client.update_account(
            self.account, token_prefix=latchkey.CLEAR, **dict.fromkeys(settings, latchkey.CLEAR)
        ).account
        self.assertEqual((cleared.token_prefix, cleared.default_lifetime), ("lk", timedelta(365)))
        self.assertEqual(
            (cleared.default_overlap, cleared.api_version_downgrade_window), (4 * timedelta(hours=1), 3 * day)
        )
        self.assertEqual((cleared.require_public_ips, cleared.max_active_keys), (True, 1))
        with self.assertRaises(latchkey.Aborted) as caught:
            self.client.update_account(self.account, max_active_keys=0, expected_revision=1)
        self.assertEqual(caught.exception.reason, "REVISION_MISMATCH")

    def test_every_restriction_of_a_key(self):
        grants = [Grant("reports/*", ["read", Action.DOWNLOAD], ["total", "day"]), Grant("status", "read")]
        limit = RateLimit(100, 60, burst=1)
        key = self.client.create_key(
            self.account, "u-1", "n", grants=grants, allowed_ips=["203.0.113.0/24", "2001:db8::7"],
            api_version="2026-01-31", rate_limit=limit,
        ).key  # fmt: skip
        self.assertEqual((key.grants, key.unrestricted), (tuple(grants), False))
        self.assertEqual((key.allowed_ips, key.rate_limit), (("203.0.113.0/24", "2001:db8::7"), limit))
        self.assertEqual((key.api_version, key.api_version_downgrade_deadline), ("2026-01-31", None))
        changed = self.client.update_key(
            key.id, user_id="u-2", allowed_ips=(), grants=[grants[1]], api_version="2026-02-28",
            rate_limit=latchkey.CLEAR, expected_revision=key.revision,
        ).key  # fmt: skip
        self.assertEqual((changed.user_id, changed.allowed_ips, changed.grants), ("u-2", (), (grants[1],)))
        self.assertEqual((changed.api_version, changed.rate_limit), ("2026-02-28", None))
        self.assertEqual(changed.api_version_downgrade_deadline - changed.api_version_change_time, timedelta(hours=72))
        changed = self.client.update_key(key.id, unrestricted=True, allowed_ips="203.0.113.9").key
        self.assertEqual((changed.unrestricted, changed.grants), (True, ()))
        self.assertEqual(changed.allowed_ips, ("203.0.113.9",))
        with self.assertRaises(latchkey.Aborted) as caught:
            self.client.update_key(key.id, name="x", expected_revision=key.revision)
        self.assertEqual(caught.exception.reason, "REVISION_MISMATCH")
        with self.assertRaises(latchkey.InvalidArgument):
            self.client.create_key(self.account, "u-1", "n")

    def test_validate_says_what_a_key_may_do(self):
        issued = self.client.create_key(
            self.account, "u-1", "n", grants=[Grant("reports/*", "read", ["total", "day"])],
            allowed_ips=["203.0.113.0/24"], api_version="2026-01-31", rate_limit=RateLimit(1, 3600),
        )  # fmt: skip

        def ask(**more):
            named = {"client_ip": "203.0.113.7", "resource": "reports/7", "http_method": "GET", **more}
            return self.client.validate(issued.secret, **named)

        explained = ask(client_ip="198.51.100.1", resource="other", explain=True)
        self.assertEqual(explained.denials, (Verdict.IP_NOT_ALLOWED, Verdict.PERMISSION_DENIED))
        self.assertEqual(explained.usage_id, b"")
        self.assertIs(ask(client_ip="").verdict, Verdict.CLIENT_IP_REQUIRED)
        self.assertIs(ask(resource="").verdict, Verdict.RESOURCE_REQUIRED)
        self.assertIs(ask(http_method="POST").verdict, Verdict.PERMISSION_DENIED)
        self.assertIs(ask(action="delete").verdict, Verdict.PERMISSION_DENIED)
        denied = ask(fields=["total", "salary"])
        self.assertEqual((denied.verdict, denied.denied_fields), (Verdict.FIELD_NOT_ALLOWED, ("salary",)))
        answer = ask(fields="total", action=Action.READ, min_revision=issued.revision)
        self.assertEqual((answer.verdict, answer.api_version), (Verdict.VALID, "2026-01-31"))
        self.assertEqual(set(answer.allowed_fields), {"total", "day"})
        limited = ask()
        self.assertEqual((limited.verdict, limited.http_status), (Verdict.RATE_LIMITED, 429))
        self.assertGreater(limited.retry_after, timedelta(minutes=30))
        with self.assertRaises(latchkey.Unavailable) as caught:
            ask(min_revision=2**40, timeout=0.05)
        self.assertEqual(caught.exception.reason, "REVISION_NOT_REACHED")

    def test_validate_many_in_one_call(self):
        first, second = self.make_key(), self.make_key()
        requests = [ValidateRequest(each) for each in (first.secret, "nonsense", second.secret)]
        answers = self.client.validate_batch(requests)
        self.assertEqual([answer.key_id for answer in answers], [first.key.id, "", second.key.id])
        self.assertEqual([answer.allowed for answer in answers], [True, False, True])
        with self.assertRaises(latchkey.InvalidArgument) as caught:
            self.client.validate_batch([ValidateRequest(first.secret), ValidateRequest("", client_ip="here")])
        self.assertEqual([each.field for each in caught.exception.violations], ["requests[1].client_ip"])

    def test_keys_are_listed_by_page_and_all(self):
        self.client.update_account(self.account, max_active_keys=0)
        ids = [self.make_key().key.id for _ in range(105)][::-1]
        self.client.revoke_key(ids[3])
        active = ids[:3] + ids[4:]
        page = self.client.list_keys(self.account, limit=10)
        self.assertEqual(([key.id for key in page.keys], page.total), (active[:10], 104))
        self.assertEqual((bool(page.next_cursor), page.previous_cursor), (True, ""))
        older = self.client.list_keys(self.account, limit=10, starting_after=page.next_cursor)
        self.assertEqual([key.id for key in older.keys], active[10:20])
        newer = self.client.list_keys(self.account, limit=10, ending_before=older.previous_cursor)
        self.assertEqual(newer.keys, page.keys)
        self.assertEqual(self.client.list_keys(self.account, limit=1, offset=5).keys[0].id, active[5])
        self.assertEqual(len(self.client.list_keys(self.account).keys), 25)
        self.assertEqual([key.id for key in self.client.iter_keys(self.account)], active)
        self.assertEqual([key.id for key in self.client.iter_keys(self.account, filter="inactive")], [ids[3]])
        self.assertEqual([key.id for key in self.client.iter_keys(self.account, filter=KeyFilter.ALL)], ids)

    def test_accounts_are_listed(self):
        names = [f"{self.account}-{number:03}" for number in range(103)]
        for name in names:
            self.client.update_account(name, max_active_keys=1)
        page = self.client.list_accounts(limit=2, starting_after=f"{self.account}-")
        self.assertEqual([each.id for each in page.accounts], names[:2])
        self.assertEqual(page.next_cursor, names[1])
        found = [each.id for each in self.client.iter_accounts()]
        self.assertEqual([each for each in found if each.startswith(f"{self.account}-")], names)
        self.assertEqual(found, sorted(found))

    def test_revoke_all(self):
        keys = [self.make_key() for _ in range(3)]
        self.client.update_key(keys[0].key.id, enabled=False)
        with self.assertRaises(latchkey.FailedPrecondition) as caught:
            self.client.revoke_all_keys(self.account, 2)
        self.assertEqual(caught.exception.reason, "KEY_COUNT_MISMATCH")
        self.assertVerdict(keys[2].secret, Verdict.VALID)
        revoked = self.client.revoke_all_keys(self.account, 3)
        self.assertEqual(revoked.revoked, 3)
        self.assertVerdict(keys[2].secret, Verdict.REVOKED)
        self.assertEqual(self.client.list_keys(self.account).total, 0)

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
    @property
    def caller(self):
        # A caller that has a token is known by its key's id, which the token holds.
        return self.server.token.split("_")[-1][:12]

    def make_client(self):
        return latchkey.Client(self.server.tcp, token_file=self.server.token_file)


class AsyncioUnix(ThreadsUnix):
    def make_client(self):
        return Blocking(self.server.unix)


class AsyncioTCP(ThreadsTCP):
    def make_client(self):
        return Blocking(self.server.tcp, token_file=self.server.token_file)


if __name__ == "__main__":
    unittest.main()
