# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""Where a server is."""

import os
from dataclasses import dataclass
from typing import Optional

VARIABLE = "LATCHKEY_ADDRESS"
#: Where a service of the system listens, as the packages set it up.
SYSTEM_SOCKET = "/run/latchkey/latchkey.sock"
#: Where `latchkey serve` listens when it is not told.
DEFAULT = "127.0.0.1:7411"
_SECURE = "tls://"


@dataclass(frozen=True)
class Address:
    """A host and port, or the path of a Unix socket."""

    host: str = ""
    port: int = 0
    path: str = ""
    #: Speaks TLS; the server's certificate has to be for this host.
    is_secure: bool = False
    #: Nobody said where: it is looked for with each attempt to connect.
    is_default: bool = False

    @staticmethod
    def parse(text: str) -> "Address":
        """Reads ``HOST:PORT`` or ``[IPV6]:PORT``, with or without ``tls://``, or ``unix:PATH``; else ValueError."""
        wrong = ValueError(f"{text!r} is not an address: write HOST:PORT, [IPV6]:PORT, tls://HOST:PORT or unix:PATH")
        if text.startswith("unix:"):
            path = text[len("unix:") :]
            if not path or "\0" in path:
                raise wrong
            return Address(path=path)
        is_secure = text.startswith(_SECURE)
        host, colon, digits = text[len(_SECURE) if is_secure else 0 :].rpartition(":")
        if not colon or not (digits.isascii() and digits.isdigit()) or not 1 <= int(digits[:9]) <= 65_535:
            raise wrong
        if host.startswith("[") and host.endswith("]"):
            host = host[1:-1]
            if ":" not in host:
                raise wrong
        elif not host or any(character in ":/" or character.isspace() for character in host):
            raise wrong
        return Address(host=host, port=int(digits), is_secure=is_secure)

    @staticmethod
    def find(text: Optional[str]) -> "Address":
        """``text``, else what LATCHKEY_ADDRESS says, else the default."""
        said = text or os.environ.get(VARIABLE)
        return Address.parse(said) if said else Address(is_default=True)

    def resolve(self) -> "Address":
        """Where to connect now: by default to the system's socket if it is there, else to 127.0.0.1:7411. Not decided
        once and for all, since the service may be started after its client. The current directory is not looked into:
        who may write there could pose as the server."""
        if not self.is_default:
            return self
        return Address(path=SYSTEM_SOCKET) if _is_there(SYSTEM_SOCKET) else Address.parse(DEFAULT)

    def __str__(self) -> str:
        if self.is_default:
            return str(self.resolve())
        if self.path:
            return f"unix:{self.path}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{_SECURE if self.is_secure else ''}{host}:{self.port}"


def _is_there(path: str) -> bool:
    """Also behind a door that is closed to us: that we may not use it is the better message."""
    try:
        os.stat(path)
    except PermissionError:
        return True
    except OSError:
        return False
    return True
