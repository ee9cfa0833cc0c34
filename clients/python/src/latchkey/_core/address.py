# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""Where a server is."""

import os
from dataclasses import dataclass
from typing import Optional

VARIABLE = "LATCHKEY_ADDRESS"
#: Where `latchkey serve` listens when it is not told.
DEFAULT = "127.0.0.1:7411"


@dataclass(frozen=True)
class Address:
    """A host and port, or the path of a Unix socket."""

    host: str = ""
    port: int = 0
    path: str = ""

    @staticmethod
    def parse(text: str) -> "Address":
        """Reads ``HOST:PORT``, ``[IPV6]:PORT`` or ``unix:PATH``; ValueError for anything else."""
        wrong = ValueError(f"{text!r} is not an address: write HOST:PORT, [IPV6]:PORT or unix:PATH")
        if text.startswith("unix:"):
            path = text[len("unix:") :]
            if not path or "\0" in path:
                raise wrong
            return Address(path=path)
        host, colon, digits = text.rpartition(":")
        if not colon or not (digits.isascii() and digits.isdigit()) or not 1 <= int(digits[:9]) <= 65_535:
            raise wrong
        if host.startswith("[") and host.endswith("]"):
            host = host[1:-1]
            if ":" not in host:
                raise wrong
        elif not host or ":" in host or any(character.isspace() for character in host):
            raise wrong
        return Address(host=host, port=int(digits))

    @staticmethod
    def find(text: Optional[str]) -> "Address":
        """``text``, else what LATCHKEY_ADDRESS says, else where `latchkey serve` listens by default."""
        return Address.parse(text or os.environ.get(VARIABLE) or DEFAULT)

    def __str__(self) -> str:
        if self.path:
            return f"unix:{self.path}"
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"
