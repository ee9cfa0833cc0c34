#!/usr/bin/env python3
# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""Open loop at 0.8, 2.0 and 0.8 of what the server can do, with revocations meanwhile.

    make release && Benchmarks/overload.py [--pin] [--rounds 5] [--connections 10] [--depth 16]

Each round begins with what it can do just then, in a closed loop with --depth calls in flight on each connection; a
machine that is shared is now faster and now slower. Bars, for the medians of the rounds: at 2.0 at least 0.9 of it is
answered, p99 of that is at most 3 times that at 0.8, and back at 0.8 p99 is normal again after 5 s and nothing is
refused. And every revocation succeeds, in all rounds.
"""

import statistics
import sys
import threading
import time

from served import Server, bar, options, p99, refused, result

from latchkey._core.frames import FrameSplitter, encode  # noqa: E402
from latchkey._proto.frame_pb2 import ClientFrame  # noqa: E402
from latchkey._proto.key_service_pb2 import RevokeKeyRequest  # noqa: E402

CHOSEN = options(__doc__, rounds=5, connections=10, depth=16, revocations=200)
WAYS = ["--connections", str(CHOSEN.connections)]


def show(name, measured):
    print(f"{name:22} {measured['perSecond']:>10,.0f}/s  p50 {measured['latencyMicroseconds']['p50']:>8,.0f} us"
          f"  p99 {p99(measured):>8,.0f} us  refused {refused(measured):,}  errors {measured['errors']}"
          f"  cores of the generator {measured['generatorCores']:.2f}")


class Revocations(threading.Thread):
    """Revokes one key after the other, forty a second, over a connection of its own, and says how long each took."""

    def __init__(self, keys):
        super().__init__()
        self.keys = keys
        self.took, self.failed, self.asked = [], 0, 0
        self.isOver = False

    def run(self):
        try:
            self.revoke()
        except OSError as error:
            print("revoking ended:", error)
        self.failed += self.asked - len(self.took)

    def revoke(self):
        connection = server.connect()
        frames = FrameSplitter()
        for number, key in enumerate(self.keys, 1):
            if self.isOver:
                break
            call = ClientFrame(revoke_key=RevokeKeyRequest(key_id=key)).SerializeToString()
            begun = time.monotonic()
            self.asked += 1
            connection.sendall(encode(number, 0, call, server.token() if number == 1 else ""))
            answers = []
            while not answers:
                received = connection.recv(1 << 16)
                if not received:
                    raise ConnectionError("the server closed the connection")
                answers = list(frames.feed(received))
            self.took.append(time.monotonic() - begun)
            if answers[0].WhichOneof("result") != "revoke_key":
                self.failed += 1
            time.sleep(0.025)
        connection.close()


server = Server(CHOSEN)
with open(server.tokens, encoding="utf-8") as file:
    # A token's id is the 12 characters before its secret and its check.
    ids = [line.strip()[-61:-49] for line in file]


def closed():
    return result(server.bench(*WAYS, "--depth", str(CHOSEN.depth), "--warmup", "1", seconds=CHOSEN.seconds))


def load(capacity, share, warmup):
    rate = str(int(capacity * share))
    return server.bench(*WAYS, "--rate", rate, "--warmup", str(warmup), seconds=CHOSEN.seconds)


def run(number):
    """One round: the figures that have bars, in their order."""
    full = closed()
    show("closed loop", full)
    capacity = full["perSecond"]
    calm = result(load(capacity, 0.8, 2))
    show("0.8", calm)
    some = Revocations(ids[number * CHOSEN.revocations:][:CHOSEN.revocations])
    busy = load(capacity, 2.0, 2)
    some.start()
    busy = result(busy)
    some.isOver = True
    some.join()
    show("2.0", busy)
    after = result(load(capacity, 0.8, 5))
    show("0.8 again, after 5 s", after)
    print(f"revocations: {len(some.took)}, failed {some.failed}, the slowest took {max(some.took, default=0):.3f} s"
          f"; goodput {busy['perSecond'] / capacity:.3f}, p99 {p99(busy) / p99(calm):.2f} and then"
          f" {p99(after) / p99(calm):.2f} times as long", flush=True)
    return busy["perSecond"] / capacity, p99(busy) / p99(calm), (len(some.took), some.failed), p99(after) / p99(calm), refused(after)


rounds = [run(number) for number in range(CHOSEN.rounds)]
goodput, slower, revoked, again, still_refused = zip(*rounds)
good = [
    bar("goodput at 2.0", statistics.median(goodput), 0.9, is_most=False),
    bar("p99 at 2.0 / p99 at 0.8", statistics.median(slower), 3),
    bar("revocations in each round", min(took for took, _ in revoked), 1, is_most=False),
    bar("revocations that failed", sum(failed for _, failed in revoked), 0),
    bar("p99 at 0.8 again / before", statistics.median(again), 1.5),
    bar("refused at 0.8 again", statistics.median(still_refused), 0),
]
server.stop()
sys.exit(not all(good))
