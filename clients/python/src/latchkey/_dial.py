# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""Connecting, and what to say when that fails."""

import asyncio
import errno
import socket
import ssl
from typing import Optional

from . import _tls
from ._core.address import Address
from .errors import Unavailable

_WORDS = {
    errno.ECONNREFUSED: "nothing listens there (connection refused)",
    errno.ENOENT: "there is no such socket",
    errno.EACCES: "permission denied",
    errno.EPERM: "permission denied",
    errno.ECONNRESET: "the other side broke it off",
    errno.EPIPE: "the other side broke it off",
    errno.ENOTSOCK: "that file is not a socket",
    errno.ETIMEDOUT: "no answer",
    errno.ENETUNREACH: "the host cannot be reached",
    errno.EHOSTUNREACH: "the host cannot be reached",
}


def words(error: OSError) -> str:
    """What is wrong, for a person."""
    if isinstance(error, socket.gaierror):
        return "no address is known for the host"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate does not hold: {error.verify_message}"
    if isinstance(error, ssl.SSLError):
        return f"TLS failed: {error.reason or error}"
    if isinstance(error, (TimeoutError, socket.timeout)):
        return "no answer"
    return _WORDS.get(error.errno or 0) or error.strerror or str(error)


def refused(address: Address, error: OSError) -> Unavailable:
    """The exception for a connection that could not be made."""
    return Unavailable(f"cannot connect to {address}: {words(error)}", reason="CONNECTION_REFUSED")


def dial(address: Address, timeout: float, tls: _tls.ClientTLS) -> socket.socket:
    """A connected socket, blocking. Raises Unavailable."""
    address = address.resolve()
    context = tls.context(address) if address.is_secure else None
    try:
        if not address.path:
            connection = socket.create_connection((address.host, address.port), timeout)
            prepare(connection)
            if context is not None:
                connection = _secure(connection, address, context)
        else:
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                connection.settimeout(timeout)
                connection.connect(address.path)
            except BaseException:
                connection.close()
                raise
        connection.settimeout(None)
        return connection
    except OSError as error:
        raise refused(address, error) from None


def _secure(connection: socket.socket, address: Address, context: ssl.SSLContext) -> ssl.SSLSocket:
    """The connection with TLS on it, which owns it from then on."""
    try:
        secure = context.wrap_socket(connection, server_hostname=address.host)
    except BaseException:
        connection.close()
        raise
    try:
        _tls.check(address, secure.selected_alpn_protocol())
    except BaseException:
        secure.close()
        raise
    return secure


async def connect(address: Address, protocol: asyncio.Protocol, timeout: float, tls: _tls.ClientTLS) -> None:
    """Connects ``protocol`` in the running event loop. Raises Unavailable."""
    address = address.resolve()
    loop = asyncio.get_running_loop()
    context = tls.context(address) if address.is_secure else None
    try:
        if address.path:
            await asyncio.wait_for(loop.create_unix_connection(lambda: protocol, address.path), timeout)
        else:
            gate = _Gate(protocol)
            made = loop.create_connection(
                lambda: protocol if context is None else gate, address.host, address.port, ssl=context
            )
            transport, _ = await asyncio.wait_for(made, timeout)
            if context is not None:
                _tls.check(address, gate.spoken)
            connection = transport.get_extra_info("socket")
            if connection is not None:
                prepare(connection)
    except asyncio.TimeoutError:
        raise refused(address, TimeoutError()) from None
    except OSError as error:
        raise refused(address, error) from None


class _Gate(asyncio.Protocol):
    """Stands before a protocol until it is known what the server speaks inside of TLS: before that nothing is sent."""

    def __init__(self, protocol: asyncio.Protocol) -> None:
        self._protocol = protocol
        self.spoken: Optional[str] = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.spoken = transport.get_extra_info("ssl_object").selected_alpn_protocol()
        if self.spoken != _tls.PROTOCOL:
            transport.abort()
            return
        transport.set_protocol(self._protocol)
        self._protocol.connection_made(transport)


def prepare(connection: socket.socket) -> None:
    """Small frames go out at once, and a peer that vanished is noticed some time. Nothing to do for a Unix socket."""
    if connection.family != socket.AF_UNIX:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
