#!/usr/bin/env python3
# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""A crowd with TLS against a server in a control group with little memory.

    make release && sudo Benchmarks/memory.py [--pin] [--limit 64] [--crowd 2000]

--limit is in MiB. Bars: who is connected is served, the server lives, nothing spins, and when others have gone there is
room again. Needs root and control groups, of either version.
"""

import os
import ssl
import sys
import tempfile
import time

from served import Server, bar, options, refused, result, throw_away_certificate, wait_until

CHOSEN = options(__doc__, limit=64, crowd=2_000)
FIRST = os.path.exists("/sys/fs/cgroup/memory/memory.limit_in_bytes")
GROUP = f"/sys/fs/cgroup/{'memory/' if FIRST else ''}latchkey-{os.getpid()}"


def write(name, value):
    with open(f"{GROUP}/{name}", "w", encoding="utf-8") as file:
        file.write(str(value))


def used():
    with open(f"{GROUP}/memory.{'usage_in_bytes' if FIRST else 'current'}", encoding="utf-8") as file:
        return int(file.read()) / 2**20


os.mkdir(GROUP)
write("memory.limit_in_bytes" if FIRST else "memory.max", CHOSEN.limit << 20)
with tempfile.TemporaryDirectory() as directory:
    certificate, key = throw_away_certificate(directory)
    # What is started from here on, the server too, is in the group; then this process leaves it.
    write("cgroup.procs", os.getpid())
    server = Server(
        CHOSEN, "--connections-per-peer", "100000", "--first-frame-deadline", "1d", "--tls-certificate", certificate,
        "--tls-key", key, keys=0)
    with open(f"{os.path.dirname(GROUP)}/cgroup.procs", "w", encoding="utf-8") as file:
        file.write(str(os.getpid()))
    tls = ["--tls", "--tls-ca", certificate, "--keys", "100", "--connections", "1", "--rate", "500"]

    def bench(*words, seconds):
        return server.bench(*tls, *words, seconds=seconds)

    load = bench("--warmup", "1", seconds=CHOSEN.seconds)
    time.sleep(0.5)
    crowd = []
    for _ in range(CHOSEN.crowd):
        try:
            crowd.append(server.connect_with_tls(certificate, "127.0.0.2"))
        except (OSError, ssl.SSLError):
            pass
    held, most = len(crowd), used()
    measured = result(load)
    before = server.processor_seconds()
    time.sleep(3)
    spun = (server.processor_seconds() - before) / 3
    for one in crowd:
        one.close()
    emptied = wait_until(lambda: server.descriptors() < 40, 15)
    again = result(bench(seconds=1))
    print(f"  {held:,} of {CHOSEN.crowd:,} were let in, with {most:.0f} of {CHOSEN.limit} MiB; answered"
          f" {measured['perSecond']:.0f} of 500 a second;"
          f" log: {[line for line in server.lines() if line['level'] in ('notice', 'warning')]}")
    good = [
        bar("calls of who was connected that got no answer", len(measured["errors"]) + int(measured["unanswered"]), 0),
        bar("connections lost", measured["connectionsLost"], 0),
        bar("cores used for nothing", spun, 0.05),
        bar("room again", float(emptied and not again["errors"] and not refused(again)), 1, is_most=False),
        bar("the server lives", float(server.process.poll() is None), 1, is_most=False),
    ]
    server.stop()
os.rmdir(GROUP)
sys.exit(not all(good))
