# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""A `latchkey serve` with a store of its own, for the measurements of what strangers and too much load do to it."""

import argparse
import json
import os
import resource
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "clients/python/src"))


def options(about, **defaults):
    """The options that all of these scripts take; `defaults` are numbers that may be set too."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=os.path.join(ROOT, ".build/release/latchkey"))
    parser.add_argument("--pin", action="store_true", help="the server on processor 0, everything else on 1")
    parser.add_argument("--keys", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=5)
    for name, value in defaults.items():
        parser.add_argument("--" + name.replace("_", "-"), type=type(value), default=value)
    chosen = parser.parse_args()
    if chosen.pin:
        os.sched_setaffinity(0, {1})
    # Every socket of a stranger is one of this process too.
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return chosen


class Server:
    def __init__(self, chosen, *flags, descriptors=None, keys=None):
        self.program = chosen.program
        self.directory = tempfile.TemporaryDirectory()
        path = self.directory.name
        self.unix = f"unix:{path}/s"
        self.token_file = f"{path}/data.admin-token"
        self.tokens = f"{path}/tokens"
        self.log = f"{path}/log"

        def prepare():
            if chosen.pin:
                os.sched_setaffinity(0, {0})
            if descriptors:
                resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors))

        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [self.program, "serve", "--data", f"{path}/data", "--unix", f"{path}/s", "--listen", "127.0.0.1:0"]
                + ["--event-loops", "1", *flags], stderr=log, preexec_fn=prepare)
        self.run("health", "--wait", "60")
        self.port = next(
            int(line["address"].rsplit(":", 1)[1])
            for line in self.lines() if line["message"] == "listening" and not line["address"].startswith("unix"))
        self.address = f"127.0.0.1:{self.port}"
        if keys != 0:
            self.run("bench", "--keys", str(keys or chosen.keys), "--connections", "1", "--seconds", "0",
                     "--write-tokens", self.tokens)

    def lines(self):
        with open(self.log, encoding="utf-8") as log:
            return [json.loads(line) for line in log if line.startswith("{")]

    def run(self, *words):
        return subprocess.run(
            [self.program, *words, "--address", self.unix], check=True, capture_output=True, text=True).stdout

    def token(self):
        with open(self.token_file, encoding="utf-8") as file:
            return file.read().strip()

    def bench(self, *words, seconds, tokens=None):
        """Starts a load over TCP; `result` waits for its end."""
        file = tokens or self.tokens
        return subprocess.Popen(
            [self.program, "bench", *(["--tokens", file] if os.path.exists(file) else []), "--address", self.address]
            + ["--token-file", self.token_file, "--seconds", str(seconds), "-o", "json", *words],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def connect(self, source="127.0.0.1", blocking=True):
        made = socket.socket()
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.setblocking(blocking)
        made.bind((source, 0))
        try:
            made.connect(("127.0.0.1", self.port))
        except BlockingIOError:
            pass
        return made

    def connect_with_tls(self, certificate, source="127.0.0.1"):
        """As `connect`, and the handshake; its server name is that of `throw_away_certificate`."""
        context = ssl.create_default_context(cafile=certificate)
        context.set_alpn_protocols(["latchkey/1"])
        return context.wrap_socket(self.connect(source), server_hostname="127.0.0.1")

    def memory(self):
        """What it has in memory, in bytes."""
        with open(f"/proc/{self.process.pid}/status", encoding="utf-8") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmRSS"))

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def processor_seconds(self):
        with open(f"/proc/{self.process.pid}/stat", encoding="utf-8") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()
        self.directory.cleanup()


def throw_away_certificate(directory):
    """The paths of a certificate for 127.0.0.1, which vouches for itself, and of its key."""
    certificate, key = f"{directory}/server.pem", f"{directory}/server.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-days", "2", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
        + ["-subj", "/CN=server", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
        check=True, capture_output=True)
    return certificate, key


def result(load):
    out, errors = load.communicate()
    assert out, errors
    return json.loads(out)


def p99(measured):
    return measured["latencyMicroseconds"]["p99"]


def refused(measured):
    return sum(int(count) for count in measured["refused"].values())


def wait_until(condition, seconds):
    """Whether it came about in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.1)
    return False


def bar(name, value, limit, is_most=True):
    """One line, and whether it keeps to its bar."""
    good = value <= limit if is_most else value >= limit
    print(f"  {'ok  ' if good else 'MISS'} {name}: {value:,.3f} ({'at most' if is_most else 'at least'} {limit:,})")
    return good
