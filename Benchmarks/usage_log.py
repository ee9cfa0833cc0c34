#!/usr/bin/env python3
# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""What the usage log costs, and what it loses: the figures of docs/internals/usage.md.

    make release && Benchmarks/usage_log.py [subscribers] [onoff] [sustained]

Each comparison runs both sides in turn, in one run, and prints medians and their ratio. Nothing else should run on the
machine meanwhile. With --one-core the server, its usage log included, has one processor and the generator another.
"""

import argparse
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "clients/python/src"))

from latchkey._core.frames import FrameSplitter, encode  # noqa: E402
from latchkey._proto.frame_pb2 import ClientFrame  # noqa: E402
from latchkey._proto.key_service_pb2 import StreamUsageRequest  # noqa: E402

PROGRAM = os.path.join(ROOT, ".build/release/latchkey")


def on(processor):
    return ["taskset", "-c", str(processor)] if ARGUMENTS.one_core else []


class Server:
    """A `latchkey serve` with one event loop and a store of its own."""

    def __init__(self, *flags):
        self.directory = tempfile.TemporaryDirectory(dir=ARGUMENTS.directory)
        self.path = os.path.join(self.directory.name, "s")
        self.address = f"unix:{self.path}"
        self.process = subprocess.Popen(
            on(0) + [PROGRAM, "serve", "--data", os.path.join(self.directory.name, "data")]
            + ["--unix", self.path, "--event-loops", "1", "--log-level", "warning", *flags],
            stderr=subprocess.DEVNULL,
        )
        subprocess.run([PROGRAM, "health", "--wait", "30", "--address", self.address], check=True, capture_output=True)
        self.tokens = os.path.join(self.directory.name, "tokens")
        run = [PROGRAM, "bench", "--keys", "100000", "--seconds", "0", "--write-tokens", self.tokens]
        subprocess.run(run + ["--address", self.address], check=True, capture_output=True)

    def bench(self, depth, seconds):
        run = on(1) + [PROGRAM, "bench", "--tokens", self.tokens, "--address", self.address]
        run += ["--connections", "50", "--depth", str(depth), "--seconds", str(seconds), "-o", "json"]
        result = json.loads(subprocess.run(run, check=True, capture_output=True, text=True).stdout)
        assert not result["errors"], result
        return result

    def memory(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            return next(int(line.split()[1]) // 1024 for line in status if line.startswith("VmRSS"))

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()
        self.directory.cleanup()


class Subscriber:
    """A stream of everything that its reader does not read until it is told to."""

    def __init__(self, server, **request):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(server.path)
        call = ClientFrame(stream_usage=StreamUsageRequest(**request)).SerializeToString()
        self.socket.sendall(encode(1, 0, call))

    def read(self, until):
        """Events, missing ones, gaps, and repeats or holes, up to a sequence."""
        frames = FrameSplitter()
        events = missing = gaps = wrong = 0
        sequence = None
        while sequence is None or sequence < until:
            data = self.socket.recv(1 << 20)
            assert data, "the server ended the stream"
            for frame in frames.feed(data):
                assert not frame.HasField("error"), frame
                for record in frame.stream_usage.records:
                    kind = record.WhichOneof("kind")
                    if kind == "event":
                        events += 1
                        first = record.sequence
                    elif kind == "gap":
                        gaps += 1
                        missing += record.gap.count
                        first = record.gap.first_sequence
                    else:
                        continue
                    wrong += sequence is not None and first != sequence + 1
                    sequence = record.sequence
        return events, missing, gaps, wrong


def last_sequence(server):
    run = [PROGRAM, "usage", "list", "--newest-first", "--limit", "1", "-o", "json", "--address", server.address]
    records = json.loads(subprocess.run(run, check=True, capture_output=True, text=True).stdout)["records"]
    return int(records[0]["sequence"])


def show(name, with_it, without):
    for what, values in (("without", without), ("with", with_it)):
        rates = [result["perSecond"] for result in values]
        p99 = [result["latencyMicroseconds"]["p99"] for result in values]
        print(f"  {what:8} {statistics.median(rates):>10,.0f}/s  p99 {statistics.median(p99):,.0f} us", end="")
        print("   (" + " ".join(f"{rate:,.0f}" for rate in rates) + ")")
    rate = statistics.median(r["perSecond"] for r in with_it) / statistics.median(r["perSecond"] for r in without)
    p99 = statistics.median(r["latencyMicroseconds"]["p99"] for r in with_it) / statistics.median(
        r["latencyMicroseconds"]["p99"] for r in without
    )
    print(f"  {name}: throughput {rate:.3f}, p99 {p99:.3f} of without")


def subscribers():
    """100 subscribers that stop reading, against none."""
    print("100 subscribers that stop reading, 50x1")
    server = Server("--usage-bytes", "1MiB")
    with_it, without = [], []
    stopped = []
    for _ in range(ARGUMENTS.rounds):
        for subscriber in stopped:
            subscriber.socket.close()
        without.append(server.bench(1, ARGUMENTS.seconds))
        before = server.memory()
        stopped = [Subscriber(server) for _ in range(100)]
        with_it.append(server.bench(1, ARGUMENTS.seconds))
        print(f"  memory {before} MiB before, {server.memory()} MiB with them")
    show("100 stopped subscribers", with_it, without)
    end = last_sequence(server)
    read = [subscriber.read(end) for subscriber in stopped]
    print(
        f"  when they read again: {sum(gaps >= 1 for _, _, gaps, _ in read)} of 100 get a gap;"
        f" {min(r[0] for r in read):,} events and {min(r[1] for r in read):,} missing each at least;"
        f" {sum(r[3] for r in read)} unexplained holes or repeats"
    )
    server.stop()


def onoff():
    """The log on against off."""
    print("the log on against off, 50x16")
    on, off = Server(), Server("--no-usage-log")
    with_it, without = [], []
    for _ in range(ARGUMENTS.rounds):
        without.append(off.bench(16, ARGUMENTS.seconds))
        with_it.append(on.bench(16, ARGUMENTS.seconds))
    show("log on", with_it, without)
    on.stop()
    off.stop()


def sustained():
    """A minute at 50x1 with a retention that holds it."""
    print("60 s at 50x1, everything kept")
    server = Server("--usage-bytes", "32GiB")
    validates = int(server.bench(1, 60)["validates"])
    reader = Subscriber(server, history=True, no_follow=True)
    events, missing, gaps, wrong = reader.read(last_sequence(server))
    print(f"  {validates:,} counted by the generator (its warm-up is beside that); the log has {events:,} events,")
    print(f"  {missing:,} missing in {gaps} gaps, {wrong} unexplained holes or repeats")
    server.stop()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*", default=["subscribers", "onoff", "sustained"])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--one-core", action="store_true")
    parser.add_argument("--directory", default="/var/tmp", help="where the stores are, on a disk")
    ARGUMENTS = parser.parse_args()
    started = time.time()
    for name in ARGUMENTS.what:
        {"subscribers": subscribers, "onoff": onoff, "sustained": sustained}[name]()
    print(f"{time.time() - started:.0f} s")
