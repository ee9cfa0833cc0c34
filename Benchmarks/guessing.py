#!/usr/bin/env python3
# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""Guessing at full speed, through one caller and through none, while somebody else works.

    make release && Benchmarks/guessing.py [--pin] [--connections 500]

Bars: how many guesses get another answer than TOO_MANY_FAILURES keeps to the limits (100 Validates a second and 1,000 at
once for a client of a caller, 10 authorizations a second and 200 at once for an address); whoever else asks is neither
refused nor much slower, though thousands a second are tried.
"""

import selectors
import sys
import threading
import time

from served import Server, bar, options, p99, refused, result

from latchkey._core.frames import FrameSplitter, encode  # noqa: E402
from latchkey._proto.frame_pb2 import ClientFrame  # noqa: E402

CHOSEN = options(__doc__, rate=5_000, connections=500)
# What a connection that speaks for nobody is answered at once.
FRAMES = 16


def worker():
    return server.bench("--connections", "20", "--rate", str(CHOSEN.rate), seconds=CHOSEN.seconds)


class Authorizations(threading.Thread):
    """Wrong tokens from 127.0.0.2, on many connections: each sends the next ones when all of its last are answered."""

    def __init__(self):
        super().__init__(daemon=True)
        self.isOver = False
        self.reasons = {}
        wrong = server.token()[:-1] + ("0" if server.token()[-1] != "0" else "1")
        self.guesses = b"".join(encode(number, 0, b"", wrong) for number in range(1, FRAMES + 1))
        # For each, what it has not been answered yet, and what it has of a frame.
        self.waiting = {server.connect("127.0.0.2"): [FRAMES, FrameSplitter()] for _ in range(CHOSEN.connections)}

    def run(self):
        with selectors.DefaultSelector() as selector:
            for one in self.waiting:
                selector.register(one, selectors.EVENT_READ)
                one.sendall(self.guesses)
            while not self.isOver:
                for key, _ in selector.select(0.1):
                    try:
                        isOpen = self.take(key.fileobj)
                    except OSError:
                        isOpen = False
                    if not isOpen:
                        self.count("closed")
                        selector.unregister(key.fileobj)
        for one in self.waiting:
            one.close()

    def take(self, one):
        """Whether it may go on."""
        state = self.waiting[one]
        more = one.recv(1 << 16)
        for frame in state[1].feed(more):
            self.count(frame.error.reason)
            state[0] -= 1
        if more and state[0] <= 0:
            state[0] = FRAMES
            one.sendall(self.guesses)
        return bool(more)

    def count(self, reason):
        self.reasons[reason] = self.reasons.get(reason, 0) + 1


other = Server(CHOSEN, keys=1_000)
server = Server(CHOSEN)
calm = result(worker())

begun = time.monotonic()
guesser = server.bench("--connections", "10", "--depth", "16", "--client-ip", "198.51.100.9", "--warmup", "0",
                       seconds=CHOSEN.seconds + 1, tokens=other.tokens)
meanwhile = result(worker())
guesses = result(guesser)
took = time.monotonic() - begun
answered = int(guesses["verdicts"].get("NOT_FOUND", 0))
print(f"through one caller: {answered:,} answered, {refused(guesses):,} refused;"
      f" p99 of others {p99(calm):,.0f} us before, {p99(meanwhile):,.0f} us meanwhile")
good = [
    bar("guesses that were answered", answered, int(1_000 + 100 * took)),
    bar("others that were refused", refused(meanwhile) + len(meanwhile["errors"]), 0),
    bar("throughput of others", meanwhile["perSecond"] / calm["perSecond"], 0.95, is_most=False),
]

authorizations = Authorizations()
begun = time.monotonic()
authorizations.start()
meanwhile = result(worker())
authorizations.isOver = True
authorizations.join()
took = time.monotonic() - begun
answered = authorizations.reasons.get("CALLER_REQUIRED", 0)
print(f"through none: {authorizations.reasons};"
      f" p99 of others {p99(calm):,.0f} us before, {p99(meanwhile):,.0f} us meanwhile")
good += [
    bar("authorizations that were tried in a second", sum(authorizations.reasons.values()) / took, 2_000, is_most=False),
    bar("connections that were closed", authorizations.reasons.get("closed", 0), 0),
    bar("authorizations that were answered", answered, int(200 + 10 * took)),
    bar("others that were refused", refused(meanwhile) + len(meanwhile["errors"]), 0),
    bar("throughput of others", meanwhile["perSecond"] / calm["perSecond"], 0.95, is_most=False),
]
server.stop()
other.stop()
sys.exit(not all(good))
