# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""The token that says who a client speaks for."""

import os
import stat
from typing import Optional, Union

from ._core import limits
from .errors import Unauthenticated

VARIABLE = "LATCHKEY_TOKEN"

TokenFile = Union[str, "os.PathLike[str]"]


class CallerToken:
    """A token, the file that holds one, or none. No word from here holds the token itself."""

    def __init__(self, token: str = "", path: str = "") -> None:
        self._token = token
        self._path = path

    @staticmethod
    def find(token: Optional[str], token_file: Optional[TokenFile]) -> "CallerToken":
        """What was given, else what LATCHKEY_TOKEN says, else none. ValueError for what can be no token."""
        if token is not None and token_file is not None:
            raise ValueError("give either token or token_file")
        if token_file is not None:
            path = os.fspath(token_file)
            if not path or "\0" in path:
                raise ValueError("token_file names no file")
            return CallerToken(path=path)
        # An empty one that was given is a mistake, not the wish to speak for nobody.
        name, text = ("token", token) if token is not None else (VARIABLE, os.environ.get(VARIABLE) or None)
        if text is not None and not _is_token(text):
            raise ValueError(f"{name} holds no token: put a caller's whole token there, and nothing else")
        return CallerToken(token=text or "")

    @property
    def is_renewed(self) -> bool:
        """Whether reading it again may bring another one."""
        return bool(self._path)

    def read(self) -> str:
        """The token for a connection that is about to be made; empty = none. Raises Unauthenticated.

        A file is read each time, so that a token that was replaced in it needs no restart. It is small and local, so
        an event loop can wait for it.
        """
        if not self._path:
            return self._token
        try:
            # Without O_NONBLOCK a pipe by that name would stop us here.
            descriptor = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
            try:
                found = os.fstat(descriptor)
                content = os.read(descriptor, limits.TOKEN_FILE_BYTES) if stat.S_ISREG(found.st_mode) else None
            finally:
                os.close(descriptor)
        except OSError as error:
            raise self._refused(f"it cannot be read: {error.strerror or 'an error'}") from None
        if content is None:
            raise self._refused("it is not a regular file")
        if stat.S_IMODE(found.st_mode) & 0o077:
            raise self._refused("others than its owner may read it; run chmod 600 on it")
        token = content.rstrip(b"\r\n").decode("ascii", "replace")
        if not _is_token(token):
            raise self._refused("it holds no token; put a caller's whole token there, and nothing else")
        return token

    def _refused(self, why: str) -> Unauthenticated:
        return Unauthenticated(f"token file {self._path}: {why}", reason="TOKEN_FILE_REFUSED")

    def __repr__(self) -> str:
        return f"CallerToken(path={self._path!r})" if self._path else f"CallerToken({'***' if self._token else ''})"

    def __reduce__(self) -> str:
        raise TypeError("a token is not pickled")


def _is_token(text: str) -> bool:
    """Whether it can be sent as one. The server says whether it is good."""
    return 0 < len(text) <= limits.CALLER_TOKEN_BYTES and all("!" <= character <= "~" for character in text)
