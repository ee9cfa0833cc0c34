#!/usr/bin/env python3
# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""What strangers do to a well-behaved client: those who open slowly, those who do nothing, those who come and go.

    make release && Benchmarks/strangers.py [--pin] [--openers 5000] [--idle 10000] [--comers 100000]

They come from 127.0.0.2 to 127.0.0.21. The client has 16 calls in flight on each connection, so that it is the server who
has no time to spare, and not the client, whose processor the strangers share. Bars: the client keeps 0.9 of its
throughput; 16 KiB for an idle connection, 40 with TLS; descriptors and memory come back.
"""

import itertools
import statistics
import sys
import tempfile
import threading
import time

from served import Server, bar, options, result, throw_away_certificate, wait_until

CHOSEN = options(__doc__, openers=5_000, idle=10_000, comers=100_000, rounds=3)
SOURCES = itertools.cycle(f"127.0.0.{last}" for last in range(2, 22))


def client():
    return result(server.bench("--connections", "50", "--depth", "16", seconds=CHOSEN.seconds))["perSecond"]


class Openers(threading.Thread):
    """Each sends a byte a second of a frame that never ends; whoever is closed comes again."""

    def __init__(self, count):
        super().__init__(daemon=True)
        self.sockets = [None] * count
        self.isOver = False
        self.closed = 0

    def run(self):
        while not self.isOver:
            begun = time.monotonic()
            for index, one in enumerate(self.sockets):
                if self.isOver:
                    break
                try:
                    if one is None:
                        self.sockets[index] = one = server.connect(next(SOURCES))
                        one.sendall(b"\0\0\1\0")
                    one.sendall(b"\x08")
                except OSError:
                    self.closed += 1
                    if one:
                        one.close()
                    self.sockets[index] = None
            time.sleep(max(0, 1 - (time.monotonic() - begun)))
        for one in self.sockets:
            if one:
                one.close()


class Comers(threading.Thread):
    """Connect and close."""

    came = 0

    def __init__(self):
        super().__init__(daemon=True)
        self.isOver = False

    def run(self):
        while not self.isOver:
            server.connect(next(SOURCES)).close()
            Comers.came += 1


class Idle:
    def __init__(self, count, connect=lambda: server.connect(next(SOURCES))):
        self.sockets = [connect() for _ in range(count)]
        await_descriptors(count)

    def end(self):
        for one in self.sockets:
            one.close()


def await_descriptors(count):
    """All of them have been accepted, and none was refused."""
    assert wait_until(lambda: server.descriptors() >= descriptors + count, 60), server.descriptors()


def compare(name, begin, end, goes_on=lambda: False):
    """The client's throughput without and with strangers, in turn."""
    shares = []
    while len(shares) < CHOSEN.rounds or goes_on():
        without = client()
        strangers = begin()
        with_them = client()
        end(strangers)
        shares.append(with_them / without)
        print(f"  {name}: {without:,.0f}/s without, {with_them:,.0f}/s with them")
        wait_until(lambda: server.descriptors() <= descriptors + 5, 30)
    return bar(f"throughput with {name}", statistics.median(shares), 0.9, is_most=False)


def returned():
    """Whether memory is what it was before the idle ones, but for what a thousand with TLS take: that many may have ended
    without it being given back. That happens some seconds after they went."""
    wait_until(lambda: server.memory() <= before + (24 << 20), 30)
    return bar("MiB that are left", (server.memory() - before) / 2**20, 24)


def thread(made, count=0):
    made.start()
    await_descriptors(count)
    time.sleep(1)
    return made


def stop(running):
    running.isOver = True
    running.join()


# Slow openers and idle ones are to stay for the whole measurement.
server = Server(
    CHOSEN, "--connections", str(CHOSEN.openers + 1_000), "--first-frame-deadline", "1d", "--frame-deadline", "10m")
client()
descriptors = server.descriptors()
good = [compare(f"{CHOSEN.openers:,} slow openers", lambda: thread(Openers(CHOSEN.openers), CHOSEN.openers * 9 // 10),
    stop)]
good.append(compare(
    "those that come and go", lambda: thread(Comers()), stop, lambda: Comers.came < CHOSEN.comers))
print(f"  {Comers.came:,} came and went")
server.stop()
server = Server(CHOSEN, "--connections", str(CHOSEN.idle + 1_000), "--first-frame-deadline", "1d")
client()
descriptors = server.descriptors()
before = server.memory()
idle = Idle(CHOSEN.idle)
time.sleep(3)
good.append(bar("bytes for an idle connection", (server.memory() - before) / CHOSEN.idle, 16 * 1024))
idle.end()
wait_until(lambda: server.descriptors() <= descriptors + 5, 30)
good.append(compare(f"{CHOSEN.idle:,} idle connections", lambda: Idle(CHOSEN.idle), Idle.end))
good.append(bar("descriptors that are left", server.descriptors() - descriptors, 5))
good.append(returned())
server.stop()

with tempfile.TemporaryDirectory() as directory:
    certificate, key = throw_away_certificate(directory)
    server = Server(
        CHOSEN, "--connections", str(CHOSEN.idle + 1_000), "--first-frame-deadline", "1d", "--tls-certificate", certificate,
        "--tls-key", key, keys=0)
    server.connect_with_tls(certificate).close()
    wait_until(lambda: server.descriptors() <= descriptors, 5)
    descriptors = server.descriptors()
    before = server.memory()
    idle = Idle(CHOSEN.idle, lambda: server.connect_with_tls(certificate, next(SOURCES)))
    time.sleep(3)
    good.append(bar("bytes for one with TLS", (server.memory() - before) / CHOSEN.idle, 40 * 1024))
    idle.end()
    wait_until(lambda: server.descriptors() <= descriptors + 5, 30)
    good.append(bar("descriptors that are left", server.descriptors() - descriptors, 5))
    good.append(returned())
    server.stop()
sys.exit(not all(good))
