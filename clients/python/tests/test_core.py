# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""The part without I/O: bytes and times in, frames and outcomes out."""

import hashlib
import os
import tempfile
import unittest
from datetime import datetime, timedelta, timezone
from unittest import mock

import latchkey
import latchkey.aio
from latchkey._core import address, calls, limits, replies, times
from latchkey._core.address import Address
from latchkey._core.backoff import Backoff
from latchkey._core.frames import FrameSplitter, ProtocolViolation
from latchkey._core.state import ClientState
from latchkey._proto import key_service_pb2 as pb
from latchkey._proto.frame_pb2 import ClientFrame, ServerFrame
from latchkey._proto.status_pb2 import FieldViolation, Status


def framed(frame):
    message = frame.SerializeToString()
    return len(message).to_bytes(4, "big") + message


def reply(id):
    return framed(ServerFrame(id=id, end=True, health=pb.HealthResponse(serving=True)))


def sent(frame):
    return ClientFrame.FromString(frame[4:])


class AddressTests(unittest.TestCase):
    def test_the_three_forms_are_read_and_written(self):
        for text in ("127.0.0.1:7411", "keys.example:1", "[::1]:65535", "unix:/run/latchkey.sock", "unix:./a:b"):
            self.assertEqual(str(Address.parse(text)), text)

    def test_anything_else_is_refused(self):
        for text in ("", "host", "host:", ":7411", "host:0", "host:65536", "::1:7411", "[host]:1", "unix:", "a b:1"):
            with self.subTest(text), self.assertRaises(ValueError):
                Address.parse(text)

    def test_the_variable_stands_in_for_the_argument(self):
        with mock.patch.dict(os.environ, {"LATCHKEY_ADDRESS": "unix:/from/the/variable"}):
            self.assertEqual(str(latchkey.Client().address), "unix:/from/the/variable")
            self.assertEqual(str(latchkey.Client("[::1]:7").address), "[::1]:7")

    def test_by_default_it_is_the_systems_socket_if_that_is_there_and_never_one_of_this_directory(self):
        with tempfile.TemporaryDirectory() as directory, mock.patch.dict(os.environ, clear=True):
            os.mkdir(f"{directory}/latchkey-data")
            open(f"{directory}/latchkey-data/latchkey.sock", "w").close()
            here = os.getcwd()
            self.addCleanup(os.chdir, here)
            os.chdir(directory)
            with mock.patch.object(address, "SYSTEM_SOCKET", f"{directory}/system.sock"):
                clients = latchkey.Client(), latchkey.aio.Client()
                self.assertEqual([str(each.address) for each in clients], ["127.0.0.1:7411"] * 2)
                open(f"{directory}/system.sock", "w").close()
                found = [str(each.address.resolve()) for each in clients]
                self.assertEqual(found, [f"unix:{directory}/system.sock"] * 2)
            os.chdir(here)


class FrameTests(unittest.TestCase):
    def test_frames_are_found_however_the_bytes_come(self):
        stream = reply(1) + reply(2) + reply(3)
        for step in (1, 2, 3, 5, 7, len(stream)):
            splitter = FrameSplitter()
            pieces = (stream[begin : begin + step] for begin in range(0, len(stream), step))
            self.assertEqual([frame.id for piece in pieces for frame in splitter.feed(piece)], [1, 2, 3])

    def test_a_length_beyond_the_limit_is_refused_before_its_bytes_come(self):
        with self.assertRaises(ProtocolViolation):
            list(FrameSplitter().feed((limits.SERVER_FRAME_BYTES + 1).to_bytes(4, "big")))

    def test_another_protocol_is_recognised(self):
        with self.assertRaises(ProtocolViolation):
            list(FrameSplitter().feed(b"HTTP/1.1 400 Bad Request\r\n\r\n"))
        with self.assertRaises(ProtocolViolation):
            list(FrameSplitter().feed(b"\0\0\0\2\xff\xff"))


class TimeTests(unittest.TestCase):
    def test_times_and_spans_keep_their_microseconds(self):
        zone = timezone(timedelta(hours=2))
        for time in (
            datetime(2026, 11, 21, 9, 30, 0, 123456, tzinfo=zone),
            datetime(1969, 12, 31, tzinfo=timezone.utc),
        ):
            request = pb.CreateKeyRequest(expire_time=times.write_time(time))
            self.assertEqual(times.read_time(request, "expire_time"), time)
        for span in (timedelta(0), timedelta(hours=4, microseconds=1), timedelta(seconds=-1.5)):
            request = pb.CreateKeyRequest(lifetime=times.write_span(span))
            self.assertEqual(times.read_span(request, "lifetime"), span)

    def test_a_time_without_a_zone_is_refused(self):
        with self.assertRaises(ValueError):
            times.write_time(datetime(2026, 11, 21))

    def test_a_timeout_is_positive_and_fits_a_frame(self):
        self.assertEqual(times.seconds(timedelta(milliseconds=1500)), 1.5)
        self.assertEqual(times.seconds(float("inf")), limits.LONGEST_TIMEOUT_SECONDS)
        for wrong in (0, -1, float("nan")):
            with self.assertRaises(ValueError):
                times.seconds(wrong)


class AnswerTests(unittest.TestCase):
    def test_an_unknown_verdict_is_a_denial(self):
        for number in (0, 14, 99):
            answer = replies.answer(pb.ValidateResponse(verdict=number, http_status=200))
            self.assertEqual(
                (answer.verdict, answer.allowed, bool(answer)), (latchkey.Verdict.UNSPECIFIED, False, False)
            )
        self.assertTrue(replies.answer(pb.ValidateResponse(verdict=1)))

    def test_every_code_has_its_class(self):
        for code in latchkey.Code:
            status = Status(code=int(code), message="words", reason="A_REASON")
            status.violations.append(FieldViolation(field="name", description="required"))
            status.retry_after.seconds = 2
            error = replies.error(status)
            self.assertEqual((error.code, error.reason, error.message), (code, "A_REASON", "words"))
            self.assertEqual(error.violations, (("name", "required"),))
            self.assertEqual(error.retry_after, timedelta(seconds=2))
            if code not in (latchkey.Code.UNSPECIFIED, latchkey.Code.UNKNOWN):
                self.assertIs(type(error), getattr(latchkey, "".join(part.title() for part in code.name.split("_"))))

    def test_a_secret_is_not_shown(self):
        issued = latchkey.IssuedKey(key=None, secret="lk_hidden", revision=1)
        self.assertNotIn("lk_hidden", repr(issued))
        self.assertNotIn("lk_hidden", repr(calls.validate(latchkey.ValidateRequest("lk_hidden"))))
        self.assertNotIn("lk_hidden", repr(latchkey.ValidateRequest("lk_hidden")))


class RequestTests(unittest.TestCase):
    def sent(self, call):
        frame = ClientFrame.FromString(call.body)
        return getattr(frame, frame.WhichOneof("call"))

    def test_a_grant_takes_actions_by_name_and_one_of_anything(self):
        grant = latchkey.Grant("reports/*", ["read", latchkey.Action.DOWNLOAD], ["total"])
        self.assertEqual(grant.actions, (latchkey.Action.READ, latchkey.Action.DOWNLOAD))
        self.assertEqual(latchkey.Grant("a", "read", "total"), latchkey.Grant("a", [latchkey.Action.READ], ["total"]))
        for wrong in ("raed", "unspecified "):
            with self.assertRaisesRegex(ValueError, "create, read, update, delete, download"):
                latchkey.Grant("a", [wrong])

    def test_a_lone_address_is_not_its_letters(self):
        call = calls.update_key("k" * 12, 0, b"", {"allowed_ips": "203.0.113.7"})
        self.assertEqual(list(self.sent(call).allowed_ips), ["203.0.113.7"])

    def test_clear_names_a_field_and_leaves_it_unset(self):
        key = self.sent(calls.update_key("k" * 12, 0, b"", {"rate_limit": latchkey.CLEAR, "name": latchkey.UNSET}))
        self.assertEqual((list(key.update_mask.paths), key.HasField("rate_limit")), (["rate_limit"], False))
        changes = {"default_overlap": latchkey.CLEAR, "token_prefix": latchkey.CLEAR, "default_lifetime": timedelta(1)}
        account = self.sent(calls.update_account("acme", 0, b"", changes))
        self.assertEqual(list(account.update_mask.paths), ["default_overlap", "token_prefix", "default_lifetime"])
        self.assertEqual((account.HasField("default_overlap"), account.token_prefix), (False, ""))

    def test_none_is_no_value_of_an_update(self):
        client = latchkey.Client("unix:/nowhere")
        for call in (
            lambda: client.update_key("k" * 12, rate_limit=None),
            lambda: client.update_key("k" * 12, expires=None),
            lambda: client.update_account("acme", default_overlap=None),
        ):
            with self.assertRaises(TypeError):
                call()

    def test_an_imported_keys_token_is_hashed_and_not_kept(self):
        token = "sk_live_0123456789abcdefghij"
        key = latchkey.ImportedKey("acme", "u-1", "old", token=token)
        self.assertEqual(key.token_sha256, hashlib.sha256(token.encode()).digest())
        self.assertEqual(key.hint, "sk_lghij")
        self.assertNotIn(token, repr(key) + repr(vars(key)))
        self.assertNotIn(token.encode(), calls.import_keys([key], False).body)
        self.assertEqual(latchkey.ImportedKey("acme", "u-1", "old", token_sha256=key.token_sha256).hint, "")
        self.assertEqual(latchkey.ImportedKey("acme", "u-1", "old", token="short and sweet").hint, "")
        for wrong in ({}, {"token": token, "token_sha256": key.token_sha256}, {"token_sha256": b"00" * 32}):
            with self.assertRaises(ValueError):
                latchkey.ImportedKey("acme", "u-1", "old", **wrong)

    def test_request_ids_are_new_each_time(self):
        ids = {latchkey.new_request_id() for _ in range(100)}
        self.assertEqual((len(ids), {len(each) for each in ids}), (100, {16}))


class StateTests(unittest.TestCase):
    def setUp(self):
        self.state = ClientState(Address.parse("unix:/s"), backoff=Backoff(chance=lambda: 1.0))

    def connect(self):
        self.state.connecting()
        self.state.connected()

    def submit(self, call=None, now=0.0, timeout=10.0):
        return self.state.submit(call or calls.health(), now, timeout)[0]

    def test_calls_are_sent_in_order_and_answered_in_any(self):
        self.assertIsNone(self.state.connect_time())
        first, second = self.submit(), self.submit()
        self.assertEqual(self.state.connect_time(), 0.0)
        self.connect()
        frames = [sent(self.state.next_to_send(4.0)) for _ in range(2)]
        self.assertEqual([(frame.id, frame.timeout_ms) for frame in frames], [(first, 6000), (second, 6000)])
        self.assertEqual(frames[0].WhichOneof("call"), "health")
        self.assertIsNone(self.state.next_to_send(4.0))
        outcomes, fault = self.state.received(reply(second) + reply(first), 5.0)
        self.assertEqual(([id for id, _ in outcomes], fault), ([second, first], None))

    def test_no_more_calls_are_in_flight_than_the_server_reads(self):
        ids = [self.submit() for _ in range(limits.CALLS_IN_FLIGHT + 1)]
        self.connect()
        while self.state.next_to_send(0.0):
            pass
        self.state.received(reply(ids[7]), 0.0)
        self.assertEqual(sent(self.state.next_to_send(0.0)).id, ids[-1])

    def test_no_more_calls_wait_than_the_bound(self):
        for _ in range(limits.WAITING_CALLS):
            self.submit()
        with self.assertRaises(latchkey.ResourceExhausted):
            self.submit()

    def test_a_late_answer_is_dropped(self):
        late, other = self.submit(timeout=1.0), self.submit()
        self.connect()
        self.state.next_to_send(0.0), self.state.next_to_send(0.0)
        error = self.state.give_up(late)
        self.assertEqual((type(error), error.maybe_done), (latchkey.DeadlineExceeded, False))
        outcomes, fault = self.state.received(reply(late) + reply(other), 2.0)
        self.assertEqual(([id for id, _ in outcomes], fault), ([other], None))

    def test_a_lost_read_is_made_once_more_and_a_lost_change_never(self):
        read, change = self.submit(), self.submit(calls.revoke_key("k" * 12, 0, b""))
        waiting = None
        for attempt in range(2):
            self.connect()
            while self.state.next_to_send(0.0):
                pass
            failed = dict(self.state.lost(None, 0.0))
            if attempt == 0:
                self.assertEqual(list(failed), [change])
                self.assertIsInstance(failed[change], latchkey.ConnectionLost)
                self.assertTrue(failed[change].maybe_done)
                waiting = self.submit()
            else:
                self.assertEqual(list(failed), [read])
                self.assertFalse(failed[read].maybe_done)
        self.connect()
        self.assertEqual(sent(self.state.next_to_send(0.0)).id, waiting)

    def test_a_lost_change_that_the_server_recognises_is_made_once_more(self):
        change = self.submit(calls.revoke_key("k" * 12, 0, b"r" * 16))
        imported = self.submit(calls.import_keys([latchkey.ImportedKey("a", "u", "n", token="t")], False))
        bodies = []
        for _ in range(2):
            self.connect()
            frames = [sent(self.state.next_to_send(0.0)) for _ in range(2)]
            bodies.append([(frame.id, frame.revoke_key, frame.import_keys) for frame in frames])
            failed = dict(self.state.lost(None, 0.0))
        self.assertEqual(bodies[0], bodies[1])
        self.assertEqual(set(failed), {change, imported})
        self.assertTrue(all(error.maybe_done for error in failed.values()))
        self.assertIn("make the call again with the same request_id", str(failed[change]))

    def test_what_is_not_known_of_the_first_try_is_said_of_the_second(self):
        def again(call, status):
            self.setUp()
            id = self.submit(call)
            for attempt in range(2):
                self.connect()
                self.state.next_to_send(0.0)
                if attempt == 0:
                    self.assertEqual(self.state.lost(None, 0.0), [])
            ((_, error),), _ = self.state.received(framed(ServerFrame(id=id, end=True, error=status)), 0.0)
            return error

        change = calls.revoke_key("k" * 12, 0, b"r" * 16)
        stopping = again(change, Status(code=14, reason="SHUTTING_DOWN", message="stopping"))
        self.assertTrue(stopping.maybe_done)
        self.assertIn("the first try may have been carried out", str(stopping))
        self.assertFalse(again(change, Status(code=5, reason="KEY_NOT_FOUND", message="none")).maybe_done)
        self.assertTrue(again(change, Status(code=9, reason="SECRET_GONE", message="re-key it")).maybe_done)

    def test_a_change_that_waits_to_be_sent_again_may_have_been_made(self):
        id = self.submit(calls.revoke_key("k" * 12, 0, b"r" * 16))
        self.connect()
        self.state.next_to_send(0.0)
        self.state.lost(None, 0.0)
        self.assertTrue(self.state.give_up(id).maybe_done)

    def test_a_change_is_not_sent_again_when_the_server_may_have_forgotten_it(self):
        change = self.submit(calls.revoke_key("k" * 12, 0, b"r" * 16), timeout=3600.0)
        read = self.submit(timeout=3600.0)
        self.connect()
        self.state.next_to_send(0.0), self.state.next_to_send(0.0)
        self.state.lost(None, 0.0)
        self.connect()
        self.assertEqual(sent(self.state.next_to_send(limits.REPEAT_SECONDS)).id, read)
        self.assertIsNone(self.state.next_to_send(limits.REPEAT_SECONDS))
        self.assertTrue(self.state.give_up(change).maybe_done)

    def test_a_refusal_after_the_change_was_made_says_so(self):
        for reason, maybe_done in (("STORE_FAILED", True), ("REPLY_TOO_LARGE", True), ("STORE_BUSY", False)):
            self.setUp()
            id = self.submit(calls.revoke_key("k" * 12, 0, b""))
            self.connect()
            self.state.next_to_send(0.0)
            status = Status(code=14, reason=reason, message="words")
            ((_, error),), _ = self.state.received(framed(ServerFrame(id=id, end=True, error=status)), 0.0)
            self.assertEqual(error.maybe_done, maybe_done)

    def test_the_first_loss_is_made_good_at_once_and_then_pauses_grow(self):
        self.submit()
        self.connect()
        self.state.lost(None, 100.0)
        pauses = [self.state.connect_time() - 100.0]
        for _ in range(9):
            self.state.connecting()
            self.state.connect_failed(latchkey.Unavailable("no"), 100.0)
            pauses.append(round(self.state.connect_time() - 100.0, 3))
        self.assertEqual(pauses, [0.0, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0, 5.0])

    def test_a_server_that_parts_is_given_nothing_new(self):
        first = self.submit()
        self.connect()
        self.state.next_to_send(0.0)
        farewell = Status(code=14, reason="SHUTTING_DOWN", message="the server is stopping")
        self.assertEqual(self.state.received(framed(ServerFrame(end=True, error=farewell)), 0.0), ([], None))
        self.submit()
        self.assertIsNone(self.state.next_to_send(0.0))
        outcomes, fault = self.state.received(reply(first), 0.0)
        self.assertEqual([id for id, _ in outcomes], [first])
        self.assertEqual(fault.reason, "SHUTTING_DOWN")
        self.assertEqual(self.state.lost(fault, 0.0), [])
        self.assertEqual(self.state.connect_time(), 0.0)

    def test_a_server_that_owes_an_answer_and_is_silent_is_dead(self):
        self.submit(now=0.0, timeout=1.0)
        long = self.submit(now=0.0, timeout=60.0)
        self.connect()
        self.state.next_to_send(0.0), self.state.next_to_send(0.0)
        self.state.give_up(1)
        self.assertFalse(self.state.is_silent(limits.SILENCE_SECONDS - 0.1))
        self.assertTrue(self.state.is_silent(limits.SILENCE_SECONDS))
        self.state.received(reply(long), limits.SILENCE_SECONDS)
        self.assertFalse(self.state.is_silent(100.0))

    def test_an_answer_to_nothing_ends_the_connection(self):
        id = self.submit()
        self.connect()
        self.state.next_to_send(0.0)
        outcomes, fault = self.state.received(reply(id + 1), 0.0)
        self.assertIsInstance(fault, ProtocolViolation)
        ((failed, error),) = self.state.lost(fault, 0.0)
        self.assertEqual((failed, error.reason), (id, "PROTOCOL_VIOLATION"))

    def test_another_calls_answer_is_none(self):
        id = self.submit(calls.who_am_i())
        self.connect()
        self.state.next_to_send(0.0)
        ((_, outcome),), _ = self.state.received(reply(id), 0.0)
        self.assertIsInstance(outcome, ProtocolViolation)

    def test_a_closed_client_takes_no_calls_and_ends_those_it_has(self):
        id = self.submit()
        self.assertEqual([(failed, error.reason) for failed, error in self.state.close()], [(id, "CLIENT_CLOSED")])
        with self.assertRaises(latchkey.Cancelled):
            self.submit()

    def test_a_client_that_does_not_wait_fails_with_the_first_attempt(self):
        self.state = ClientState(Address.parse("unix:/s"), waits_for_connection=False)
        id = self.submit(calls.revoke_key("k" * 12, 0, b""))
        self.state.connecting()
        ((failed, error),) = self.state.connect_failed(latchkey.Unavailable("no"), 0.0)
        self.assertEqual((failed, error.maybe_done, error.message), (id, False, "no; nothing was done"))
        with self.assertRaises(latchkey.Unavailable):
            self.submit(now=0.0)
        self.submit(now=1.0)

    def test_a_call_that_does_not_fit_a_frame_is_not_made(self):
        with self.assertRaises(latchkey.InvalidArgument):
            calls.get_key("k" * limits.CLIENT_FRAME_BYTES)


if __name__ == "__main__":
    unittest.main()
