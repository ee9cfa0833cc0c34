# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""Usage streams that go on, over connections that are lost and servers that are killed."""

import asyncio
import threading
import unittest
from concurrent.futures import ThreadPoolExecutor

import latchkey
import latchkey.aio
from latchkey import UsageEvent, UsageGap, UsageHeartbeat, UsageLive
from latchkey._core.address import Address
from latchkey._core.progress import UsageProgress
from latchkey._proto import key_service_pb2 as pb
from latchkey._proto.frame_pb2 import ServerFrame
from latchkey._proto.status_pb2 import Status
from latchkey._proto.usage_pb2 import UsageRecord

from .server import PATIENCE_SECONDS, PlayedServer, Server

KILLS = 3


class Tally:
    """Whether a stream's records follow each other: nothing twice, nothing missing without a gap that says so."""

    def __init__(self):
        self.next = 1
        self.paths = []
        self.markers = 0
        self.wrong = []

    def note(self, record):
        """True for the last one."""
        if isinstance(record, UsageEvent):
            if record.sequence != self.next:
                self.wrong.append(record)
            self.next = record.sequence + 1
            self.paths.append(record.path)
            return record.path == "/end"
        if isinstance(record, UsageGap):
            if record.first_sequence != self.next:
                self.wrong.append(record)
            self.next = record.first_sequence + record.count
        self.markers += isinstance(record, UsageLive)
        return False


class KilledServerTests(unittest.TestCase):
    """R17, B3: a generator sees every event once, in order, or an explicit gap."""

    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.close)

    def ask_and_kill(self):
        """Asks, kills the server under it and starts it again, some times; then asks for the end."""
        with latchkey.Client(self.server.unix) as client:
            secret = client.create_key("acme", "u-1", "n", unrestricted=True).secret
            for cycle in range(KILLS):
                for number in range(100):
                    client.validate(secret, path=f"/{cycle}/{number}")
                self.server.kill()
                self.server.start()
            client.validate(secret, path="/end")

    def assertWhole(self, tally):
        self.assertEqual(tally.wrong, [])
        self.assertEqual(tally.markers, 1)
        self.assertEqual(len(tally.paths), len(set(tally.paths)))
        # What a kill takes is what was in the rings: the last few milliseconds.
        self.assertGreater(len(tally.paths), KILLS * 50)
        with latchkey.Client(self.server.unix) as client:
            kept = client.stream_usage(history=True, no_follow=True)
            self.assertEqual([each.path for each in kept if isinstance(each, UsageEvent)], tally.paths)

    def test_threads(self):
        tally = Tally()
        with latchkey.Client(self.server.unix) as client, ThreadPoolExecutor(1) as threads:
            with client.stream_usage(history=True, resuming=True) as stream:
                asking = threads.submit(self.ask_and_kill)
                for record in stream:
                    if tally.note(record):
                        break
                asking.result(PATIENCE_SECONDS)
        self.assertWhole(tally)

    def test_asyncio(self):
        tally = Tally()

        async def run():
            client = latchkey.aio.Client(self.server.unix)
            async with client, client.stream_usage(history=True, resuming=True) as stream:
                asking = asyncio.get_running_loop().run_in_executor(None, self.ask_and_kill)
                while True:
                    # A reader that waits for a moment only loses nothing by it.
                    try:
                        record = await asyncio.wait_for(stream.__anext__(), 0.02)
                    except asyncio.TimeoutError:
                        continue
                    if tally.note(record):
                        break
                await asking

        asyncio.run(run())
        self.assertWhole(tally)


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

    def send(self, connection, request, *records):
        connection.write(ServerFrame(id=request.id, stream_usage=pb.StreamUsageResponse(records=records)))

    def test_it_goes_on_behind_the_last_record_with_what_is_left_of_the_limit(self):
        stream = self.client.stream_usage(history=True, limit=3, account_id="acme", resuming=True)
        connection, request = self.accept()
        self.assertTrue(request.stream_usage.history)
        self.send(connection, request, event(7), UsageRecord(sequence=9, gap={"first_sequence": 8, "count": 2}))
        self.assertEqual([next(stream).sequence for _ in range(2)], [7, 9])
        connection.close()
        with ThreadPoolExecutor(1) as threads:
            reading = threads.submit(list, stream)
            connection, request = self.accept()
            again = request.stream_usage
            self.assertEqual((again.after_sequence, again.limit, again.history), (9, 2, False))
            self.assertEqual(again.account_id, "acme")
            self.send(connection, request, event(10), event(12))
            # The end itself is lost: nothing more is to come.
            connection.close()
            self.assertEqual([each.sequence for each in reading.result(PATIENCE_SECONDS)], [10, 12])

    def test_a_server_that_stops_is_waited_for_and_a_refusal_is_raised(self):
        stream = self.client.stream_usage(resuming=True)
        connection, request = self.accept()
        self.send(connection, request, UsageRecord(sequence=4, live={}))
        self.assertEqual(next(stream).sequence, 4)
        stopping = Status(code=14, reason="SHUTTING_DOWN", message="the server stops")
        connection.write(ServerFrame(error=stopping))
        with ThreadPoolExecutor(1) as threads:
            reading = threads.submit(next, stream)
            connection, request = self.accept()
            self.assertEqual(request.stream_usage.after_sequence, 4)
            self.send(connection, request, UsageRecord(sequence=4, live={}), event(5))
            # There is one marker in a stream.
            self.assertIsInstance(reading.result(PATIENCE_SECONDS), UsageEvent)
            connection.write(ServerFrame(id=request.id, error=Status(code=3, reason="INVALID_FIELD"), end=True))
            with self.assertRaises(latchkey.InvalidArgument):
                next(stream)
        self.assertEqual(list(stream), [])

    def test_closing_ends_one_that_looks_for_its_server(self):
        stream = self.client.stream_usage(resuming=True)
        connection, _ = self.accept()
        is_reading = threading.Event()

        def read():
            is_reading.set()
            return list(stream)

        with ThreadPoolExecutor(1) as threads:
            reading = threads.submit(read)
            self.assertTrue(is_reading.wait(PATIENCE_SECONDS))
            self.server._listener.close()
            connection.close()
            stream.close()
            self.assertEqual(reading.result(PATIENCE_SECONDS), [])

    def test_its_time_is_that_of_all_its_connections(self):
        stream = self.client.stream_usage(resuming=True, timeout=0.2)
        connection, request = self.accept()
        self.assertLessEqual(request.timeout_ms, 200)
        self.server._listener.close()
        connection.close()
        with self.assertRaises(latchkey.Unavailable):
            next(stream)

    def test_asyncio_closed_while_it_looks_for_its_server(self):
        async def run():
            loop = asyncio.get_running_loop()
            stream = latchkey.aio.Client(self.server.address).stream_usage(resuming=True)
            await stream.open()
            connection, _ = await loop.run_in_executor(None, self.accept)
            self.server._listener.close()
            connection.close()
            with self.assertRaises(asyncio.TimeoutError):
                await asyncio.wait_for(stream.__anext__(), 0.1)
            await stream.aclose()
            self.assertEqual([each async for each in stream], [])

        asyncio.run(run())


def event(sequence):
    return UsageRecord(sequence=sequence, event={"verdict": 1})


class ProgressTests(unittest.TestCase):
    """The rules, without a connection."""

    def progress(self, **request):
        return UsageProgress(Address(path="/s"), pb.StreamUsageRequest(**request), True, None, 0.0)

    def test_rules(self):
        lost = latchkey.ConnectionLost("lost", reason="CONNECTION_LOST")
        progress = self.progress(newest_first=True)
        self.assertIsNotNone(progress.pause(lost, 0.0))
        progress.passes(UsageHeartbeat(0, None))
        # Backwards, the last record does not say where to go on.
        self.assertIsNone(progress.pause(lost, 0.0))
        progress = self.progress()
        progress.passes(UsageLive(0))
        self.assertTrue(progress.request().history)
        self.assertIsNone(progress.pause(latchkey.InvalidArgument("no", reason="INVALID_FIELD"), 0.0))

    def test_a_server_that_has_too_much_to_do_is_asked_again(self):
        for reason in ("TOO_MANY_CONNECTIONS", "TOO_MANY_PEER_CONNECTIONS", "TOO_MANY_FAILURES", "OVERLOADED"):
            error = latchkey.Unavailable if reason == "OVERLOADED" else latchkey.ResourceExhausted
            self.assertIsNotNone(self.progress().pause(error("not now", reason=reason), 0.0), reason)


if __name__ == "__main__":
    unittest.main()
