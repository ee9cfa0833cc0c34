#!/usr/bin/env python3
# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""Open loop at 0.8, 2.0 and 0.8 of what the server can do, with revocations meanwhile.

    make release && Benchmarks/overload.py [--pin] [--connections 10] [--depth 16]

What it can do is measured first, in a closed loop with --depth calls in flight on each connection. Bars: at 2.0 at least
0.9 of it is answered, p99 of that is at most 3 times that at 0.8, every revocation succeeds; back at 0.8 nothing is
refused and p99 is normal again after 5 s.
"""

import sys
import threading
import time

from served import Server, bar, options, p99, refused, result

from latchkey._core.frames import FrameSplitter, encode  # noqa: E402
from latchkey._proto.frame_pb2 import ClientFrame  # noqa: E402
from latchkey._proto.key_service_pb2 import RevokeKeyRequest  # noqa: E402

CHOSEN = options(__doc__, connections=10, depth=16, revocations=200)
WAYS = ["--connections", str(CHOSEN.connections)]


def show(name, measured):
    print(f"{name:22} {measured['perSecond']:>10,.0f}/s  p50 {measured['latencyMicroseconds']['p50']:>8,.0f} us"
          f"  p99 {p99(measured):>8,.0f} us  refused {refused(measured):,}  errors {measured['errors']}"
          f"  generator {measured['generatorCores']:.2f}")


class Revocations(threading.Thread):
    """Revokes one key after the other, forty a second, over a connection of its own, and says how long each took."""

    def __init__(self, keys):
        super().__init__()
        self.keys = keys
        self.took, self.failed = [], []
        self.isOver = False

    def run(self):
        connection = server.connect()
        frames = FrameSplitter()
        for number, key in enumerate(self.keys, 1):
            if self.isOver:
                break
            call = ClientFrame(revoke_key=RevokeKeyRequest(key_id=key)).SerializeToString()
            begun = time.monotonic()
            connection.sendall(encode(number, 0, call, server.token() if number == 1 else ""))
            answers = []
            while not answers:
                answers = list(frames.feed(connection.recv(1 << 16)))
            self.took.append(time.monotonic() - begun)
            if answers[0].WhichOneof("result") != "revoke_key":
                self.failed.append(answers[0])
            time.sleep(0.025)
        connection.close()


server = Server(CHOSEN)
with open(server.tokens, encoding="utf-8") as file:
    # A token's id is the 12 characters before its secret and its check.
    ids = [line.strip()[-61:-49] for line in file][: CHOSEN.revocations]
rates = [result(server.bench(*WAYS, "--depth", str(CHOSEN.depth), seconds=CHOSEN.seconds)) for _ in range(3)]
for measured in rates:
    show("closed loop", measured)
capacity = sorted(measured["perSecond"] for measured in rates)[1]


def load(share, warmup):
    rate = str(int(capacity * share))
    return server.bench(*WAYS, "--rate", rate, "--warmup", str(warmup), seconds=CHOSEN.seconds)


calm = result(load(0.8, 2))
show("0.8", calm)
revocations = Revocations(ids)
busy = load(2.0, 2)
revocations.start()
busy = result(busy)
revocations.isOver = True
revocations.join()
show("2.0", busy)
after = result(load(0.8, 5))
show("0.8 again, after 5 s", after)
print(f"revocations: {len(revocations.took)}, failed {len(revocations.failed)},"
      f" the slowest took {max(revocations.took, default=0):.3f} s")
good = [
    bar("goodput at 2.0", busy["perSecond"] / capacity, 0.9, is_most=False),
    bar("p99 at 2.0 / p99 at 0.8", p99(busy) / p99(calm), 3),
    bar("revocations that failed", len(revocations.failed), 0),
    bar("p99 at 0.8 again / before", p99(after) / p99(calm), 1.5),
    bar("refused at 0.8 again", refused(after), 0),
]
server.stop()
sys.exit(not all(good))
