#!/usr/bin/env python3
# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""Whether an unknown id and a wrong secret take different times: pairs over loopback, in random order, Welch's t.

    make release && Benchmarks/timing.py [--pairs 100000]

Bar: |t| below 4.5, of all times and of those below the 99th percentile.
"""

import math
import random
import socket
import statistics
import sys
import time
import zlib

from served import Server, bar, options

from latchkey._core.frames import encode  # noqa: E402
from latchkey._proto.frame_pb2 import ClientFrame  # noqa: E402
from latchkey._proto.key_service_pb2 import ValidateRequest  # noqa: E402

CHOSEN = options(__doc__, pairs=100_000)
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def drawn(count):
    return "".join(random.choice(DIGITS) for _ in range(count))


def checked(text):
    """With its check: the CRC-32 in base62, six digits."""
    value, check = zlib.crc32(text.encode()), ""
    for _ in range(6):
        value, digit = divmod(value, 62)
        check = DIGITS[digit] + check
    return text + check


def ask(token):
    call = ClientFrame(validate=ValidateRequest(secret=token)).SerializeToString()
    frame = encode(2, 0, call)
    begun = time.perf_counter_ns()
    connection.sendall(frame)
    connection.recv(65_536)
    return time.perf_counter_ns() - begun


def welch(one, other):
    difference = statistics.fmean(one) - statistics.fmean(other)
    return difference / math.sqrt(statistics.variance(one) / len(one) + statistics.variance(other) / len(other))


server = Server(CHOSEN)
with open(server.tokens, encoding="utf-8") as file:
    known = [line.strip()[:-49] for line in file]
connection = socket.create_connection(("127.0.0.1", server.port))
connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
connection.sendall(encode(1, 0, b"", server.token()))
times = {"unknown id": [], "wrong secret": []}
for number in range(CHOSEN.pairs + 1_000):
    head = random.choice(known)
    pair = [("unknown id", checked(head[:-12] + drawn(12) + drawn(43))), ("wrong secret", checked(head + drawn(43)))]
    random.shuffle(pair)
    for name, token in pair:
        took = ask(token)
        # The first ones warm up.
        if number >= 1_000:
            times[name].append(took)
server.stop()
for name, values in times.items():
    print(f"  {name}: mean {statistics.fmean(values):,.0f} ns, median {statistics.median(values):,.0f} ns")
cut = sorted(times["unknown id"] + times["wrong secret"])[int(CHOSEN.pairs * 2 * 0.99)]
short = [[value for value in values if value < cut] for values in times.values()]
good = [bar("|t| of all", abs(welch(*times.values())), 4.5), bar("|t| below the 99th percentile", abs(welch(*short)), 4.5)]
sys.exit(not all(good))
