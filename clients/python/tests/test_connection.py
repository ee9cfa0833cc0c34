# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""Many calls at once, connections that come and go, and time that runs out."""

import asyncio
import os
import unittest
from concurrent.futures import ThreadPoolExecutor

import latchkey
import latchkey.aio
from latchkey import Verdict
from latchkey._proto import key_service_pb2 as pb
from latchkey._proto.frame_pb2 import ServerFrame
from latchkey._proto.key_pb2 import Key
from latchkey._proto.status_pb2 import Status

from .server import PlayedServer, Server


def valid(id):
    return ServerFrame(id=id, end=True, validate=pb.ValidateResponse(verdict=1, http_status=200))


class Played(unittest.TestCase):
    """The test plays the server, the calls are made in threads."""

    def setUp(self):
        self.server = PlayedServer()
        self.addCleanup(self.server.close)
        self.threads = ThreadPoolExecutor(8)
        self.addCleanup(self.threads.shutdown)
        self.client = latchkey.Client(self.server.address)
        self.addCleanup(self.client.close)

    def accept(self):
        connection = self.server.accept()
        self.addCleanup(connection.close)
        return connection


class ThreadTests(Played):
    def test_calls_of_several_threads_are_in_flight_together_and_answered_in_any_order(self):
        answers = [self.threads.submit(self.client.validate, f"token-{number}") for number in range(8)]
        connection = self.accept()
        frames = [connection.read() for _ in range(8)]
        for frame in reversed(frames):
            reply = valid(frame.id)
            reply.validate.name = frame.validate.secret
            connection.write(reply)
        self.assertEqual([each.result().name for each in answers], [f"token-{number}" for number in range(8)])

    def test_a_deadline_is_told_to_the_server_and_kept_without_it(self):
        answer = self.threads.submit(self.client.validate, "token")
        connection = self.accept()
        connection.write(valid(connection.read().id))
        self.assertTrue(answer.result())
        answer = self.threads.submit(self.client.revoke_key, "k" * 12, timeout=0.25)
        late = connection.read()
        self.assertIn(late.timeout_ms, range(1, 251))
        error = answer.exception()
        self.assertIsInstance(error, latchkey.DeadlineExceeded)
        self.assertTrue(error.maybe_done)
        answer = self.threads.submit(self.client.validate, "token")
        frame = connection.read()
        connection.write(ServerFrame(id=late.id, end=True, revoke_key=pb.RevokeKeyResponse()))
        connection.write(valid(frame.id))
        self.assertTrue(answer.result())

    def test_the_servers_own_refusal_for_lateness_changed_nothing(self):
        answer = self.threads.submit(self.client.revoke_key, "k" * 12, timeout=5)
        connection = self.accept()
        refusal = Status(code=4, reason="DEADLINE_EXCEEDED", message="the deadline passed before the call began")
        connection.write(ServerFrame(id=connection.read().id, end=True, error=refusal))
        self.assertIsInstance(answer.exception(), latchkey.DeadlineExceeded)
        self.assertFalse(answer.exception().maybe_done)

    def test_a_lost_read_is_repeated_on_the_next_connection(self):
        answer = self.threads.submit(self.client.validate, "token")
        first = self.accept()
        self.assertEqual(first.read().validate.secret, "token")
        first.close()
        second = self.accept()
        frame = second.read()
        self.assertEqual(frame.validate.secret, "token")
        second.write(valid(frame.id))
        self.assertTrue(answer.result())

    def test_a_lost_change_is_not_repeated_and_may_have_been_made(self):
        answer = self.threads.submit(self.client.create_key, "acme", "u-1", "n", unrestricted=True)
        first = self.accept()
        first.read()
        first.close()
        self.assertIsInstance(answer.exception(), latchkey.ConnectionLost)
        self.assertTrue(answer.exception().maybe_done)
        self.assertIn("look before you try again", str(answer.exception()))

    def test_a_lost_change_with_a_request_id_is_repeated_as_it_was(self):
        id = latchkey.new_request_id()
        answer = self.threads.submit(self.client.revoke_key, "k" * 12, request_id=id)
        first = self.accept()
        sent = first.read().revoke_key
        self.assertEqual(sent.request_id, id)
        first.close()
        second = self.accept()
        frame = second.read()
        self.assertEqual(frame.revoke_key, sent)
        second.write(ServerFrame(id=frame.id, end=True, revoke_key=pb.RevokeKeyResponse(revision=7)))
        self.assertEqual(answer.result().revision, 7)

    def test_pages_that_end_early_or_empty_are_not_the_end(self):
        answer = self.threads.submit(lambda: [key.id for key in self.client.iter_keys("acme", filter="all")])
        connection = self.accept()
        pages = [(["a"], "1"), ([], "2"), (["b", "c"], "3"), ([], "")]
        for cursor, (ids, next_cursor) in zip(("", "1", "2", "3"), pages):
            frame = connection.read()
            self.assertEqual((frame.list_keys.starting_after, frame.list_keys.filter), (cursor, 3))
            page = pb.ListKeysResponse(keys=[Key(id=each) for each in ids], next_cursor=next_cursor)
            connection.write(ServerFrame(id=frame.id, end=True, list_keys=page))
        self.assertEqual(answer.result(), ["a", "b", "c"])

    def test_a_server_that_answers_nonsense_is_left(self):
        answer = self.threads.submit(self.client.validate, "token")
        connection = self.accept()
        connection.read()
        connection.write_bytes(b"\xff\xff")
        self.assertEqual(answer.exception().reason, "PROTOCOL_VIOLATION")
        self.assertIsNone(connection.read())

    def test_the_servers_farewell_is_the_reason_that_is_told(self):
        answer = self.threads.submit(self.client.revoke_key, "k" * 12)
        connection = self.accept()
        connection.read()
        farewell = Status(code=14, reason="SHUTTING_DOWN", message="the server is stopping")
        connection.write(ServerFrame(end=True, error=farewell))
        connection.close()
        self.assertIsInstance(answer.exception(), latchkey.ConnectionLost)
        self.assertEqual(answer.exception().reason, "SHUTTING_DOWN")

    def test_closing_ends_what_is_in_flight(self):
        answer = self.threads.submit(self.client.validate, "token")
        connection = self.accept()
        connection.read()
        self.client.close()
        self.assertIsInstance(answer.exception(), latchkey.Cancelled)
        self.assertIsNone(connection.read())
        with self.assertRaises(latchkey.Cancelled):
            self.client.health()

    def test_a_client_that_is_dropped_ends_its_connection(self):
        client = latchkey.Client(self.server.address)
        answer = self.threads.submit(client.validate, "token")
        connection = self.accept()
        connection.write(valid(connection.read().id))
        self.assertTrue(answer.result())
        del client, answer
        # The thread of the pool that made the call lets go of the client with its next piece of work.
        self.threads.shutdown()
        self.assertIsNone(connection.read())


class AsyncioTests(Played):
    def run_with(self, body):
        async def run():
            async with latchkey.aio.Client(self.server.address) as client:
                return await body(client, asyncio.get_running_loop())

        return asyncio.run(run())

    def later(self, loop, work, *arguments):
        return loop.run_in_executor(self.threads, work, *arguments)

    def test_a_deadline_is_kept_and_a_late_answer_dropped(self):
        async def body(client, loop):
            call = asyncio.ensure_future(client.validate("token"))
            connection = await self.later(loop, self.accept)
            connection.write(valid((await self.later(loop, connection.read)).id))
            self.assertTrue(await call)
            call = asyncio.ensure_future(client.revoke_key("k" * 12, timeout=0.25))
            late = await self.later(loop, connection.read)
            with self.assertRaises(latchkey.DeadlineExceeded) as caught:
                await call
            self.assertTrue(caught.exception.maybe_done)
            call = asyncio.ensure_future(client.validate("token"))
            frame = await self.later(loop, connection.read)
            connection.write(ServerFrame(id=late.id, end=True, revoke_key=pb.RevokeKeyResponse()))
            connection.write(valid(frame.id))
            self.assertTrue(await call)

        self.run_with(body)

    def test_a_cancelled_call_leaves_the_connection_good(self):
        async def body(client, loop):
            call = asyncio.ensure_future(client.validate("token"))
            connection = await self.later(loop, self.accept)
            cancelled = await self.later(loop, connection.read)
            call.cancel()
            with self.assertRaises(asyncio.CancelledError):
                await call
            call = asyncio.ensure_future(client.validate("another"))
            frame = await self.later(loop, connection.read)
            connection.write(valid(cancelled.id))
            connection.write(valid(frame.id))
            self.assertTrue(await call)

        self.run_with(body)

    def test_a_lost_read_is_repeated_and_a_lost_change_is_not(self):
        async def body(client, loop):
            read = asyncio.ensure_future(client.validate("token"))
            change = asyncio.ensure_future(client.revoke_key("k" * 12))
            first = await self.later(loop, self.accept)
            await self.later(loop, first.read), await self.later(loop, first.read)
            first.close()
            second = await self.later(loop, self.accept)
            frame = await self.later(loop, second.read)
            second.write(valid(frame.id))
            self.assertTrue(await read)
            with self.assertRaises(latchkey.ConnectionLost) as caught:
                await change
            self.assertTrue(caught.exception.maybe_done)

        self.run_with(body)

    def test_a_lost_change_with_a_request_id_is_repeated(self):
        async def body(client, loop):
            change = asyncio.ensure_future(client.revoke_key("k" * 12, request_id=b"r" * 16))
            first = await self.later(loop, self.accept)
            sent = (await self.later(loop, first.read)).revoke_key
            first.close()
            second = await self.later(loop, self.accept)
            frame = await self.later(loop, second.read)
            self.assertEqual(frame.revoke_key, sent)
            second.write(ServerFrame(id=frame.id, end=True, revoke_key=pb.RevokeKeyResponse(revision=7)))
            self.assertEqual((await change).revision, 7)

        self.run_with(body)

    def test_closing_ends_what_is_in_flight(self):
        async def body(client, loop):
            call = asyncio.ensure_future(client.validate("token"))
            connection = await self.later(loop, self.accept)
            await self.later(loop, connection.read)
            await client.close()
            with self.assertRaises(latchkey.Cancelled):
                await call
            self.assertIsNone(await self.later(loop, connection.read))

        self.run_with(body)

    def test_a_client_follows_its_program_to_the_next_event_loop(self):
        client = latchkey.aio.Client(self.server.address)

        async def once():
            call = asyncio.ensure_future(client.validate("token"))
            connection = await self.later(asyncio.get_running_loop(), self.accept)
            frame = await self.later(asyncio.get_running_loop(), connection.read)
            connection.write(valid(frame.id))
            self.assertTrue(await call)
            await client._driver.close()

        asyncio.run(once())
        asyncio.run(once())


class RealServerTests(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.close)

    def test_sixteen_threads_share_a_connection(self):
        client = latchkey.Client(self.server.tcp, token_file=self.server.token_file)
        with client, ThreadPoolExecutor(16) as threads:
            keys = [client.create_key(f"account-{n}", f"user-{n}", "n", unrestricted=True) for n in range(16)]
            asked = [keys[number % 16] for number in range(1600)]
            answers = list(threads.map(client.validate, [key.secret for key in asked]))
            self.assertEqual([answer.key_id for answer in answers], [key.key.id for key in asked])
            self.assertTrue(all(answers))
            self.assertEqual([client.get_key(key.key.id).use_count for key in keys], [100] * 16)

    def test_sixty_four_tasks_share_a_connection(self):
        async def run():
            async with latchkey.aio.Client(self.server.unix) as client:
                made = [client.create_key(f"account-{n}", f"user-{n}", "n", unrestricted=True) for n in range(64)]
                keys = await asyncio.gather(*made)

                async def work(key):
                    for _ in range(25):
                        answer = await client.validate(key.secret)
                        self.assertEqual((answer.allowed, answer.key_id), (True, key.key.id))

                await asyncio.gather(*map(work, keys))
                # And the first administrator.
                self.assertEqual((await client.health()).keys, 65)

        asyncio.run(run())

    def test_after_a_restart_of_the_server_calls_go_on(self):
        with latchkey.Client(self.server.unix) as client, ThreadPoolExecutor(1) as threads:
            key = client.create_key("acme", "u-1", "n", unrestricted=True)
            self.server.stop()
            impatient = latchkey.Client(self.server.unix, wait_for_connection=False)
            self.addCleanup(impatient.close)
            with self.assertRaises(latchkey.Unavailable) as caught:
                impatient.validate(key.secret)
            self.assertEqual(caught.exception.reason, "CONNECTION_REFUSED")
            waiting = threads.submit(client.validate, key.secret, timeout=30)
            self.server.start()
            self.assertIs(waiting.result().verdict, Verdict.VALID)
            self.assertTrue(client.validate(key.secret))

    def test_after_a_restart_tasks_go_on(self):
        async def run():
            async with latchkey.aio.Client(self.server.unix) as client:
                key = await client.create_key("acme", "u-1", "n", unrestricted=True)
                loop = asyncio.get_running_loop()
                await loop.run_in_executor(None, self.server.stop)
                async with latchkey.aio.Client(self.server.unix, wait_for_connection=False) as impatient:
                    with self.assertRaises(latchkey.Unavailable):
                        await impatient.validate(key.secret)
                waiting = asyncio.ensure_future(client.validate(key.secret, timeout=30))
                await loop.run_in_executor(None, self.server.start)
                self.assertTrue(await waiting)

        asyncio.run(run())

    def test_after_a_fork_the_child_connects_anew(self):
        with latchkey.Client(self.server.unix) as client:
            parent = client.who_am_i()
            child = os.fork()
            if child == 0:
                # Nothing of the parent's test may run here, whatever happens.
                try:
                    os._exit(0 if client.who_am_i().peer == f"unix:pid={os.getpid()}" else 1)
                finally:
                    os._exit(2)
            self.assertEqual(os.waitpid(child, 0)[1], 0)
            self.assertEqual(client.who_am_i(), parent)


if __name__ == "__main__":
    unittest.main()
