# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""Usage streams: as generators, and what the server is told when one ends early."""

import asyncio
import gc
import threading
import unittest
from concurrent.futures import ThreadPoolExecutor
from unittest import mock

import latchkey
import latchkey.aio
from latchkey import UsageEvent, UsageLive, UsageOutcome, Verdict
from latchkey._core import limits
from latchkey._proto import key_service_pb2 as pb
from latchkey._proto.frame_pb2 import ServerFrame
from latchkey._proto.usage_pb2 import UsageRecord

from .server import PATIENCE_SECONDS, PlayedServer, Server


def records(*sequences):
    return pb.StreamUsageResponse(records=[UsageRecord(sequence=each, live={}) for each in sequences])


class RealServerTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.addClassCleanup(cls.server.close)

    def setUp(self):
        self.client = latchkey.Client(self.server.tcp, token_file=self.server.token_file)
        self.addCleanup(self.client.close)

    def test_history_then_what_happens(self):
        key = self.client.create_key("threads", "u-1", "nightly", unrestricted=True)
        self.client.validate(key.secret, client_ip="203.0.113.7", http_method="GET", path="/a", resource="r")
        with self.client.stream_usage(history=True, account_id="threads") as stream:
            event = next(stream)
            self.assertEqual((event.verdict, event.allowed, event.key_id), (Verdict.VALID, True, key.key.id))
            self.assertEqual((event.client_ip, event.http_method, event.path), ("203.0.113.7", "GET", "/a"))
            self.assertIsInstance(next(stream), UsageLive)
            self.client.revoke_key(key.key.id)
            answer = self.client.validate(key.secret)
            event = next(stream)
            self.assertEqual((event.verdict, event.http_status), (Verdict.REVOKED, 401))
            self.assertEqual((event.usage_id, event.message), (answer.usage_id, answer.message))
        with self.assertRaises(StopIteration):
            next(stream)

    def test_outcomes_come_behind_their_events_and_may_be_reported_again(self):
        key = self.client.create_key("outcomes", "u-1", "n", unrestricted=True)
        answers = [self.client.validate(key.secret, path=f"/{number}") for number in range(3)]
        taken = self.client.report_outcomes([(each.usage_id, 200 + i) for i, each in enumerate(answers)])
        self.assertEqual(taken, 3)
        self.assertEqual(asyncio.run(self._report(answers[1].usage_id)), 1)
        found = list(self.client.stream_usage(history=True, no_follow=True, account_id="outcomes"))
        outcomes = [each for each in found if isinstance(each, UsageOutcome)]
        self.assertEqual([each.http_status for each in outcomes], [200, 201, 202, 503])
        self.assertEqual([each.usage_id for each in outcomes[:3]], [each.usage_id for each in answers])
        last = outcomes[3]
        self.assertEqual((last.usage_id, last.key_id, last.user_id), (answers[1].usage_id, key.key.id, "u-1"))
        self.assertEqual((last.account_id, last.verdict, last.superseded), ("outcomes", Verdict.VALID, False))
        self.assertIsNotNone(last.time)

    async def _report(self, usage_id):
        async with latchkey.aio.Client(self.server.tcp, token_file=self.server.token_file) as client:
            return await client.report_outcomes([(usage_id, 503)])

    def test_outcomes_that_are_none_are_refused_by_name(self):
        with self.assertRaises(latchkey.InvalidArgument) as caught:
            self.client.report_outcomes([(b"0123456789abcdef", 200), (b"", 200), (b"0123456789abcdef", 600)])
        fields = [each.field for each in caught.exception.violations]
        self.assertEqual(fields, ["outcomes[1].usage_id", "outcomes[2].http_status"])

    def test_a_loop_ends_with_the_history(self):
        key = self.client.create_key("looping", "u-1", "n", unrestricted=True)
        for number in range(300):
            self.client.validate(key.secret, path=f"/{number}")
        stream = self.client.stream_usage(history=True, no_follow=True, key_id=key.key.id)
        paths = [record.path for record in stream if isinstance(record, UsageEvent)]
        self.assertEqual(paths, [f"/{number}" for number in range(300)])

    def test_a_refusal_is_raised_by_the_first_record(self):
        with self.assertRaises(latchkey.InvalidArgument):
            next(self.client.stream_usage(account_id="NO CAPITALS"))

    def test_a_timeout_ends_the_stream(self):
        stream = self.client.stream_usage(key_id="0" * 12, timeout=0.001)
        with self.assertRaises(latchkey.DeadlineExceeded):
            next(stream)

    def test_asyncio(self):
        async def run():
            async with latchkey.aio.Client(self.server.unix) as client:
                key = await client.create_key("tasks", "u-1", "n", unrestricted=True)
                async with client.stream_usage(history=True, account_id="tasks") as stream:
                    self.assertIsInstance(await stream.__anext__(), UsageLive)
                    await client.validate(key.secret, path="/a")
                    self.assertEqual((await stream.__anext__()).path, "/a")
                    waiting = asyncio.ensure_future(stream.__anext__())
                    await asyncio.gather(*[client.validate(key.secret, path="/b") for _ in range(3)])
                    self.assertEqual((await waiting).path, "/b")
                with self.assertRaises(StopAsyncIteration):
                    await stream.__anext__()
                found = [each async for each in client.stream_usage(history=True, no_follow=True, key_id=key.key.id)]
                self.assertEqual([each.path for each in found], ["/a", "/b", "/b", "/b"])
                with self.assertRaises(latchkey.InvalidArgument):
                    async for _ in client.stream_usage(account_id="NO CAPITALS"):
                        self.fail("a record of nothing")

        asyncio.run(run())


class PlayedServerTests(unittest.TestCase):
    def setUp(self):
        self.server = PlayedServer()
        self.addCleanup(self.server.close)
        self.client = latchkey.Client(self.server.address)
        self.addCleanup(self.client.close)

    def accept(self):
        connection = self.server.accept()
        self.addCleanup(connection.close)
        return connection, connection.read()

    def assertCancelled(self, connection, request):
        self.assertEqual(connection.read().cancel.target_id, request.id)
        self.assertIsNone(connection.read())

    def test_leaving_a_loop_early_cancels(self):
        stream = self.client.stream_usage(denied_only=True)
        connection, request = self.accept()
        self.assertTrue(request.stream_usage.denied_only)
        connection.write(ServerFrame(id=request.id, stream_usage=records(1, 2, 3)))
        with stream:
            for record in stream:
                if record.sequence == 2:
                    break
        self.assertCancelled(connection, request)

    def test_a_dropped_stream_cancels(self):
        stream = self.client.stream_usage()
        connection, request = self.accept()
        del stream
        gc.collect()
        self.assertCancelled(connection, request)

    def test_closing_wakes_a_reader_in_another_thread(self):
        stream = self.client.stream_usage()
        connection, request = self.accept()
        connection.write(ServerFrame(id=request.id, stream_usage=records(1)))
        read_one = threading.Event()

        def read():
            for _ in stream:
                read_one.set()

        with ThreadPoolExecutor(1) as threads:
            reading = threads.submit(read)
            self.assertTrue(read_one.wait(PATIENCE_SECONDS))
            stream.close()
            self.assertIsNone(reading.result(PATIENCE_SECONDS))
        self.assertCancelled(connection, request)

    def test_a_lost_connection_is_told_after_the_records_that_came(self):
        stream = self.client.stream_usage()
        connection, request = self.accept()
        connection.write(ServerFrame(id=request.id, stream_usage=records(1)))
        connection.close()
        self.assertEqual(next(stream).sequence, 1)
        with self.assertRaises(latchkey.ConnectionLost):
            next(stream)
        self.assertEqual(list(stream), [])

    def test_asyncio_cancels_on_close_and_when_dropped(self):
        async def run():
            client = latchkey.aio.Client(self.server.address)
            loop = asyncio.get_running_loop()
            for is_dropped in (False, True):
                stream = client.stream_usage()
                await stream.open()
                connection, request = await loop.run_in_executor(None, self.accept)
                connection.write(ServerFrame(id=request.id, stream_usage=records(1)))
                async for record in stream:
                    self.assertEqual(record.sequence, 1)
                    break
                if is_dropped:
                    del stream
                    gc.collect()
                else:
                    await stream.aclose()
                await loop.run_in_executor(None, self.assertCancelled, connection, request)

        asyncio.run(run())

    def test_asyncio_reads_no_further_while_its_reader_is_far_behind(self):
        async def run():
            stream = latchkey.aio.Client(self.server.address).stream_usage()
            async with stream:
                connection, request = await asyncio.get_running_loop().run_in_executor(None, self.accept)
                feed = stream._feed
                feed._transport = transport = mock.Mock(wraps=feed._transport)
                batch = ServerFrame(id=request.id, stream_usage=records(*range(1, limits.STREAM_RECORDS + 1)))
                connection.write(batch)
                self.assertEqual((await stream.__anext__()).sequence, 1)
                transport.pause_reading.assert_called_once()
                transport.resume_reading.assert_called_once()
            connection.close()

        asyncio.run(run())

    def test_asyncio_reads_everything_however_far_its_reader_is_behind(self):
        count = 4 * limits.STREAM_RECORDS

        def play():
            connection, request = self.accept()
            for first in range(1, count, 128):
                batch = records(*range(first, first + 128))
                connection.write(ServerFrame(id=request.id, stream_usage=batch))
            connection.write(ServerFrame(id=request.id, end=True))

        async def run():
            playing = asyncio.get_running_loop().run_in_executor(None, play)
            async with latchkey.aio.Client(self.server.address).stream_usage() as stream:
                self.assertEqual([each.sequence async for each in stream], list(range(1, count + 1)))
            await playing

        asyncio.run(run())


if __name__ == "__main__":
    unittest.main()
