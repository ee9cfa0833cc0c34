# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""A real server, and one that the test plays itself."""

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import Optional

from latchkey._proto.frame_pb2 import ClientFrame, ServerFrame

#: A hang ends as a failure.
PATIENCE_SECONDS = 30

_REPOSITORY = Path(__file__).resolve().parents[3]


def program() -> str:
    """LATCHKEY_PROGRAM, or what was built in this checkout."""
    found = [os.environ.get("LATCHKEY_PROGRAM"), *(_REPOSITORY / ".build" / each / "latchkey" for each in _BUILDS)]
    for path in found:
        if path and os.path.exists(path):
            return str(path)
    raise RuntimeError("build latchkey first, or say in LATCHKEY_PROGRAM where it is")


_BUILDS = ("release", "debug")


class Server:
    """`latchkey serve` in a directory of its own, on a port and on a Unix socket."""

    def __init__(self, *options: str) -> None:
        self._options = options
        self.directory = tempfile.mkdtemp(prefix="latchkey-")
        self.unix = f"unix:{self.directory}/socket"
        #: Where the first start puts the first administrator's token.
        self.token_file = f"{self.directory}/data.admin-token"
        self.tcp = ""
        self._process: Optional[subprocess.Popen[str]] = None
        self.start()

    @property
    def token(self) -> str:
        """The first administrator's. Over TCP nobody may do anything without one."""
        return Path(self.token_file).read_text(encoding="ascii").strip()

    def start(self) -> None:
        """Starts it and returns when it listens. After a stop, the keys are there again, on another port."""
        data, path = f"{self.directory}/data", self.unix[len("unix:") :]
        arguments = ["--data", data, "--listen", "127.0.0.1:0", "--unix", path, "--event-loops", "2", *self._options]
        # That the machine has much to do is no reason to refuse anything here.
        arguments += ["--queue-delay", "0"]
        self._process = subprocess.Popen([program(), "serve", *arguments], stderr=subprocess.PIPE, text=True)
        assert self._process.stderr is not None
        log = []
        for line in self._process.stderr:
            log.append(line)
            event = json.loads(line) if line.startswith("{") else {}
            if event.get("message") == "listening":
                if event["address"].startswith("unix:"):
                    return
                self.tcp = event["address"]
        raise RuntimeError(f"serve did not start: {''.join(log)}")

    def stop(self) -> None:
        """As an operator stops it."""
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=PATIENCE_SECONDS)

    def kill(self) -> None:
        """No time to finish anything."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate(timeout=PATIENCE_SECONDS)

    def close(self) -> None:
        """Stops it and removes its directory."""
        self.stop()
        shutil.rmtree(self.directory)


class PlayedServer:
    """A server whose part the test plays, frame by frame."""

    def __init__(self) -> None:
        self._directory = tempfile.mkdtemp(prefix="latchkey-")
        self.address = f"unix:{self._directory}/socket"
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.settimeout(PATIENCE_SECONDS)
        self._listener.bind(f"{self._directory}/socket")
        self._listener.listen()

    def accept(self) -> "PlayedConnection":
        """Waits for the client to connect."""
        return PlayedConnection(self._listener.accept()[0])

    def close(self) -> None:
        """Listens no more."""
        self._listener.close()
        shutil.rmtree(self._directory)


class PlayedConnection:
    """One connection of a client to the test."""

    def __init__(self, connection: socket.socket) -> None:
        connection.settimeout(PATIENCE_SECONDS)
        self._socket = connection
        self._reader = connection.makefile("rb")

    def read(self) -> Optional[ClientFrame]:
        """The client's next frame; None when it has closed."""
        head = self._reader.read(4)
        return ClientFrame.FromString(self._reader.read(int.from_bytes(head, "big"))) if head else None

    def write(self, frame: ServerFrame) -> None:
        """Sends a frame."""
        self.write_bytes(frame.SerializeToString())

    def write_bytes(self, message: bytes) -> None:
        """Sends anything behind its length."""
        self._socket.sendall(len(message).to_bytes(4, "big") + message)

    def close(self) -> None:
        """Ends it."""
        self._reader.close()
        self._socket.close()
