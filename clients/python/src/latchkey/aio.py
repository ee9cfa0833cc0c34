# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""The client for asyncio."""

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from types import TracebackType
from typing import Optional, TypeVar, Union

from ._async_stream import UsageStream
from ._core import calls, limits
from ._core.address import Address
from ._core.calls import UNSET, Call, Expiry, Unset
from ._core.pending import client_closed
from ._core.state import ClientState
from ._core.times import Timeout, seconds
from ._tasks import AsyncDriver
from .enums import Action, Verdict
from .records import (
    Account,
    Answer,
    Caller,
    ChangedAccount,
    ChangedKey,
    Grant,
    Health,
    IssuedKey,
    Key,
    RateLimit,
    RetiredSecrets,
    Snapshot,
)

__all__ = ["Client", "UsageStream"]

T = TypeVar("T")


class Client:
    """Calls Latchkey from one event loop. Tasks share one: their calls are in flight together on one connection.

    A lost connection is made again. A read that it took with it is repeated once; a change is not, and raises
    ConnectionLost, whose ``maybe_done`` says that it may have been made.
    """

    def __init__(
        self,
        address: Optional[str] = None,
        *,
        timeout: Timeout = limits.TIMEOUT_SECONDS,
        connect_timeout: Timeout = limits.CONNECT_SECONDS,
        wait_for_connection: bool = True,
    ) -> None:
        """Makes a client; it connects with the first call.

        ``address``             ``HOST:PORT``, ``[IPV6]:PORT`` or ``unix:PATH``; by default what the variable
                                LATCHKEY_ADDRESS says, else 127.0.0.1:7411
        ``timeout``             how long a call may take when it does not say: seconds or a timedelta, 10 s
        ``connect_timeout``     how long making a connection may take, 5 s
        ``wait_for_connection`` what becomes of a call while the server cannot be reached. True: it waits, to its own
                                deadline, for one of the attempts that are made with growing pauses. False: it fails
                                with the first attempt that does.
        """
        self.address = Address.find(address)
        self._timeout = seconds(timeout)
        self._connect_timeout = seconds(connect_timeout)
        self._wait_for_connection = wait_for_connection
        self._driver: Optional[AsyncDriver] = None
        self._is_closed = False

    async def _call(self, call: Call[T], timeout: Optional[Timeout]) -> T:
        return await self._driver_here().call(call, self._timeout if timeout is None else seconds(timeout))

    def _driver_here(self) -> AsyncDriver:
        loop = asyncio.get_running_loop()
        driver = self._driver
        if self._is_closed:
            raise client_closed()
        if driver is not None and driver.loop is not loop:
            if not driver.loop.is_closed():
                raise RuntimeError("this latchkey.aio.Client belongs to another event loop that is still there")
            driver = None
        if driver is None:
            driver = AsyncDriver(ClientState(self.address, self._wait_for_connection), self._connect_timeout, loop)
            self._driver = driver
        return driver

    async def close(self) -> None:
        """Ends every call that is in flight, and the connection. Streams have their own and are not touched."""
        self._is_closed = True
        if self._driver is not None and self._driver.loop is asyncio.get_running_loop():
            await self._driver.close()

    async def __aenter__(self) -> "Client":
        return self

    async def __aexit__(
        self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        await self.close()

    async def create_key(
        self,
        account_id: str,
        user_id: str,
        name: str,
        *,
        description: str = "",
        unrestricted: bool = False,
        grants: Iterable[Grant] = (),
        allowed_ips: Iterable[str] = (),
        expires: Optional[Expiry] = None,
        api_version: str = "",
        rate_limit: Optional[RateLimit] = None,
        request_id: bytes = b"",
        timeout: Optional[Timeout] = None,
    ) -> IssuedKey:
        """Issues a key; its token is in the result's ``secret`` and cannot be read again.

        Either ``grants`` or ``unrestricted`` is required. ``expires`` is a time, a span from now, or NEVER; None is
        the account's default lifetime.
        """
        call = calls.create_key(
            account_id, user_id, name, description, unrestricted, grants, allowed_ips, expires, api_version, rate_limit,
            request_id,
        )  # fmt: skip
        return await self._call(call, timeout)

    async def get_key(self, key_id: str, *, timeout: Optional[Timeout] = None) -> Key:
        """Reads a key's record."""
        return await self._call(calls.get_key(key_id), timeout)

    async def update_key(
        self,
        key_id: str,
        *,
        name: Union[str, Unset] = UNSET,
        description: Union[str, Unset] = UNSET,
        user_id: Union[str, Unset] = UNSET,
        enabled: Union[bool, Unset] = UNSET,
        allowed_ips: Union[Iterable[str], Unset] = UNSET,
        grants: Union[Iterable[Grant], Unset] = UNSET,
        unrestricted: Union[bool, Unset] = UNSET,
        api_version: Union[str, Unset] = UNSET,
        expires: Union[Expiry, Unset] = UNSET,
        rate_limit: Union[RateLimit, None, Unset] = UNSET,
        expected_revision: int = 0,
        request_id: bytes = b"",
        timeout: Optional[Timeout] = None,
    ) -> ChangedKey:
        """Changes what is given, and nothing else: the update mask is made of the arguments.

        ``enabled=False`` deactivates the key, at once and reversibly. ``rate_limit=None`` takes the limit away. With
        ``expected_revision`` the change is refused (Aborted) unless the key is at that revision.
        """
        changes = dict(
            name=name, description=description, user_id=user_id, enabled=enabled, allowed_ips=allowed_ips,
            grants=grants, unrestricted=unrestricted, api_version=api_version, expires=expires, rate_limit=rate_limit,
        )  # fmt: skip
        return await self._call(calls.update_key(key_id, expected_revision, request_id, changes), timeout)

    async def rekey_key(
        self,
        key_id: str,
        *,
        overlap: Optional[timedelta] = None,
        expected_revision: int = 0,
        request_id: bytes = b"",
        timeout: Optional[Timeout] = None,
    ) -> IssuedKey:
        """Gives the key a new secret. The old one works for the overlap: None = the account's default (4 hours),
        zero = it ends now."""
        return await self._call(calls.rekey_key(key_id, overlap, expected_revision, request_id), timeout)

    async def retire_secrets(
        self, key_id: str, *, expected_revision: int = 0, request_id: bytes = b"", timeout: Optional[Timeout] = None
    ) -> RetiredSecrets:
        """Ends every old secret of a key now."""
        return await self._call(calls.retire_secrets(key_id, expected_revision, request_id), timeout)

    async def revoke_key(
        self, key_id: str, *, expected_revision: int = 0, request_id: bytes = b"", timeout: Optional[Timeout] = None
    ) -> ChangedKey:
        """Ends a key for good. Any validate that begins after this returns is denied."""
        return await self._call(calls.revoke_key(key_id, expected_revision, request_id), timeout)

    async def validate(
        self,
        secret: str,
        *,
        client_ip: str = "",
        resource: str = "",
        action: Action = Action.UNSPECIFIED,
        fields: Iterable[str] = (),
        http_method: str = "",
        path: str = "",
        min_revision: int = 0,
        explain: bool = False,
        timeout: Optional[Timeout] = None,
    ) -> Answer:
        """Says whether a presented key may do something. A denial is an answer, not an error: see ``Answer.allowed``.

        Whoever gets an exception must not let the request through.
        """
        call = calls.validate(secret, client_ip, resource, action, fields, http_method, path, min_revision, explain)
        return await self._call(call, timeout)

    async def get_account(self, account_id: str, *, timeout: Optional[Timeout] = None) -> Account:
        """Reads an account."""
        return await self._call(calls.get_account(account_id), timeout)

    async def update_account(
        self,
        account_id: str,
        *,
        max_active_keys: Union[int, Unset] = UNSET,
        default_lifetime: Union[timedelta, None, Unset] = UNSET,
        token_prefix: Union[str, Unset] = UNSET,
        require_public_ips: Union[bool, Unset] = UNSET,
        api_version_downgrade_window: Union[timedelta, None, Unset] = UNSET,
        default_overlap: Union[timedelta, None, Unset] = UNSET,
        expected_revision: int = 0,
        request_id: bytes = b"",
        timeout: Optional[Timeout] = None,
    ) -> ChangedAccount:
        """Changes what is given, as ``update_key`` does; makes the account if there is none.

        None sets a span back to its default.
        """
        changes = dict(
            max_active_keys=max_active_keys, default_lifetime=default_lifetime, token_prefix=token_prefix,
            require_public_ips=require_public_ips, api_version_downgrade_window=api_version_downgrade_window,
            default_overlap=default_overlap,
        )  # fmt: skip
        return await self._call(calls.update_account(account_id, expected_revision, request_id, changes), timeout)

    async def who_am_i(self, *, timeout: Optional[Timeout] = None) -> Caller:
        """Asks who the server takes this client for."""
        return await self._call(calls.who_am_i(), timeout)

    async def health(self, *, timeout: Optional[Timeout] = None) -> Health:
        """Asks whether the server is up."""
        return await self._call(calls.health(), timeout)

    async def snapshot(self, *, timeout: Optional[Timeout] = None) -> Snapshot:
        """Has the server write a snapshot now. That takes as long as its disk needs for all keys, so a large store
        wants a ``timeout`` of minutes."""
        return await self._call(calls.snapshot(), timeout)

    def stream_usage(
        self,
        *,
        history: bool = False,
        account_id: str = "",
        key_id: str = "",
        user_id: str = "",
        verdicts: Iterable[Verdict] = (),
        denied_only: bool = False,
        superseded_only: bool = False,
        no_follow: bool = False,
        limit: int = 0,
        newest_first: bool = False,
        after_sequence: int = 0,
        after_time: Optional[datetime] = None,
        timeout: Optional[Timeout] = None,
    ) -> UsageStream:
        """Follows the usage log, on a connection of its own: ``async for record in client.stream_usage()``. It is
        opened by the first record that is asked for, or by ``async with``, whose end closes it.

        ``history`` begins with what is still kept; UsageLive marks where that ends. ``no_follow`` ends there.
        ``limit`` events at most; 0 = no limit. ``timeout`` ends the stream; None = it goes on.
        """
        call = calls.stream_usage(
            history, account_id, key_id, user_id, verdicts, denied_only, superseded_only, no_follow, limit,
            newest_first, after_sequence, after_time,
        )  # fmt: skip
        timeout_ms = 0 if timeout is None else max(int(seconds(timeout) * 1000), 1)
        return UsageStream(self.address, call, self._connect_timeout, timeout_ms)
