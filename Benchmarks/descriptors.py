#!/usr/bin/env python3
# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""What a server does when its descriptors run out: with a limit of 256, and with so few that accepting fails.

    make release && Benchmarks/descriptors.py

Bars: who is connected is served, nothing spins, and when others have gone there is room again.
"""

import sys
import time

from served import Server, bar, options, refused, result, wait_until

CHOSEN = options(__doc__, crowd=400)


def measure(limit):
    print(f"{limit} descriptors")
    server = Server(CHOSEN, "--connections-per-peer", "100000", "--first-frame-deadline", "1d", descriptors=limit, keys=100)
    load = server.bench("--connections", "1", "--rate", "500", "--warmup", "1", seconds=CHOSEN.seconds)
    time.sleep(0.5)
    crowd = [server.connect("127.0.0.2", blocking=False) for _ in range(CHOSEN.crowd)]
    measured = result(load)
    # The load is over: what is used now is used for nothing.
    before = server.processor_seconds()
    time.sleep(3)
    spun = (server.processor_seconds() - before) / 3
    full = server.descriptors()
    for one in crowd:
        one.close()
    emptied = wait_until(lambda: server.descriptors() < 40, 15)
    again = result(server.bench("--connections", "1", "--rate", "500", seconds=1))
    print(f"  {full} descriptors were in use; answered {measured['perSecond']:.0f} of 500 a second;"
          f" log: {[line for line in server.lines() if 'refused' in line['message']]}")
    good = [
        bar("calls of who was connected that got no answer", len(measured["errors"]) + int(measured["unanswered"]), 0),
        bar("connections lost", measured["connectionsLost"], 0),
        bar("cores used for nothing", spun, 0.05),
        bar("room again", float(emptied and not again["errors"] and not refused(again)), 1, is_most=False),
    ]
    server.stop()
    return all(good)


sys.exit(not all([measure(256), measure(40)]))
