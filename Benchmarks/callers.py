#!/usr/bin/env python3
# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""What it costs Validate to know its caller.

    make release && Benchmarks/callers.py [--pin] [--rounds 5] [--seconds 5]

The same program serves in turn, in one run: without callers; with a caller whom each connection has said once; with his
token on every call; then without and with a caller while other keys are being made. Medians, and their ratio to the
first of a kind. Nothing else should run on the machine meanwhile.
"""

import json
import statistics
import subprocess
import sys

from served import Server, options

SHAPES = (("50x1", 50, 1), ("50x16", 50, 16))


def bench(server, connections, depth, seconds, *flags):
    run = [server.program, "bench", "--tokens", server.tokens, "--address", server.unix, "-o", "json"]
    run += ["--connections", str(connections), "--depth", str(depth), "--seconds", str(seconds), *flags]
    result = json.loads(subprocess.run(run, check=True, capture_output=True, text=True).stdout)
    assert not result["errors"], result
    return result["perSecond"]


def main():
    chosen = options(__doc__, rounds=5)
    without = Server(chosen, "--without-callers")
    with_them = Server(chosen)
    token = ("--token-file", with_them.token_file)
    for name, connections, depth in SHAPES:
        shape = (connections, depth, chosen.seconds)
        found = {"none": [], "cached": [], "on every call": []}
        busy = {"none, keys being made": [], "cached, keys being made": []}
        for _ in range(chosen.rounds):
            found["none"].append(bench(without, *shape))
            found["cached"].append(bench(with_them, *shape, *token))
            found["on every call"].append(bench(with_them, *shape, *token, "--authorize-each"))
            for what, server, flags in zip(busy, (without, with_them), ((), token)):
                maker = subprocess.Popen(
                    [server.program, "bench", "--keys", "1000000", "--seconds", "0", "--connections", "2"]
                    + ["--address", server.unix, *flags], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                busy[what].append(bench(server, *shape, *flags))
                maker.kill()
                maker.wait()
        print(name)
        for rates in found, busy:
            base = statistics.median(next(iter(rates.values())))
            for what, each in rates.items():
                median = statistics.median(each)
                print(f"  {what:24} {median:>10,.0f}/s  {median / base:.3f}   (" + " ".join(f"{r:,.0f}" for r in each) + ")")
        sys.stdout.flush()
    without.stop()
    with_them.stop()


if __name__ == "__main__":
    main()
