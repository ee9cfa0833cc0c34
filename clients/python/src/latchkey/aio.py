# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""The client for asyncio."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterable
from datetime import datetime, timedelta
from types import TracebackType
from typing import Optional, TypeVar, Union

from ._async_stream import UsageStream
from ._core import calls, limits
from ._core.address import Address
from ._core.calls import UNSET, Call, Clear, Expiry, Unset
from ._core.pending import client_closed
from ._core.state import ClientState
from ._core.times import Timeout, seconds
from ._tasks import AsyncDriver
from ._tls import ClientTLS
from ._token import CallerToken, TokenFile
from .enums import Action, KeyFilter, Verdict
from .imports import ImportedKey, ImportResult
from .records import (
    Account,
    AccountPage,
    AnAction,
    Answer,
    Caller,
    ChangedAccount,
    ChangedKey,
    Grant,
    Health,
    IssuedKey,
    Key,
    KeyPage,
    RateLimit,
    RetiredSecrets,
    RevokedKeys,
    Snapshot,
    Strings,
    ValidateRequest,
)

__all__ = ["Client", "UsageStream"]

T = TypeVar("T")


class Client:
    """Calls Latchkey from one event loop. Tasks share one: their calls are in flight together on one connection.

    A lost connection is made again. A read that it took with it is repeated once, and so is a change that has a
    ``request_id``; any other change raises ConnectionLost, whose ``maybe_done`` says that it may have been made.
    """

    def __init__(
        self,
        address: Optional[str] = None,
        *,
        token: Optional[str] = None,
        token_file: Optional[TokenFile] = None,
        tls: Optional[ssl.SSLContext] = None,
        timeout: Timeout = limits.TIMEOUT_SECONDS,
        connect_timeout: Timeout = limits.CONNECT_SECONDS,
        wait_for_connection: bool = True,
    ) -> None:
        """Makes a client; it connects with the first call.

        ``address``             ``HOST:PORT``, ``[IPV6]:PORT``, ``tls://HOST:PORT`` or ``unix:PATH``; by default
                                what the variable LATCHKEY_ADDRESS says, else unix:/run/latchkey/latchkey.sock if that is
                                there, else 127.0.0.1:7411
        ``token``               says who this client speaks for: a caller's whole token; by default what the variable
                                LATCHKEY_TOKEN says, else none
        ``token_file``          the file that holds it, and that nobody but its owner may read. It is read with each
                                connection that is made, so a token that is replaced there needs no restart.
        ``tls``                 what a ``tls://`` address is spoken to with: a context that checks the server, and says
                                what to show it; the client sets its ALPN. By default one that trusts the authorities
                                in the file that the variable LATCHKEY_TLS_CA names, else those of this machine, and
                                shows the certificate of LATCHKEY_CLIENT_CERTIFICATE and LATCHKEY_CLIENT_KEY, if they are set
        ``timeout``             how long a call may take when it does not say: seconds or a timedelta, 10 s
        ``connect_timeout``     how long making a connection may take, 5 s
        ``wait_for_connection`` what becomes of a call while the server cannot be reached. True: it waits, to its own
                                deadline, for one of the attempts that are made with growing pauses. False: it fails
                                with the first attempt that does.
        """
        self.address = Address.find(address)
        self._token = CallerToken.find(token, token_file)
        self._tls = ClientTLS(tls)
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
            state = ClientState(self.address, self._wait_for_connection)
            driver = AsyncDriver(state, self._token, self._tls, self._connect_timeout, loop)
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
        allowed_ips: Strings = (),
        expires: Optional[Expiry] = None,
        api_version: str = "",
        rate_limit: Optional[RateLimit] = None,
        request_id: bytes = b"",
        timeout: Optional[Timeout] = None,
    ) -> IssuedKey:
        """Issues a key; its token is in the result's ``secret`` and cannot be read again.

        Either ``grants`` or ``unrestricted`` is required. ``allowed_ips`` are addresses and CIDR blocks, none = any.
        ``expires`` is a time, a span from now, or NEVER; None is the account's default lifetime. ``api_version`` is
        ``YYYY-MM-DD``. With a ``request_id``, see ``new_request_id``, the call can be repeated and is carried out once.
        """
        call = calls.create_key(
            account_id, user_id, name, description, unrestricted, grants, allowed_ips, expires, api_version, rate_limit,
            request_id,
        )  # fmt: skip
        return await self._call(call, timeout)

    async def get_key(self, key_id: str, *, timeout: Optional[Timeout] = None) -> Key:
        """Reads a key's record."""
        return await self._call(calls.get_key(key_id), timeout)

    async def list_keys(
        self,
        account_id: str,
        *,
        filter: Union[KeyFilter, str] = KeyFilter.ACTIVE,
        limit: int = 0,
        starting_after: str = "",
        ending_before: str = "",
        offset: int = 0,
        timeout: Optional[Timeout] = None,
    ) -> KeyPage:
        """One page of an account's keys, newest first: those that are active, ``"inactive"`` or ``"all"``.

        ``limit`` is 1 to 100, 0 = 25. One of ``starting_after``, ``ending_before`` and ``offset`` at most. A page may
        be short, even empty, and not the last: only its ``next_cursor`` tells. ``iter_keys`` sees to that.
        """
        call = calls.list_keys(account_id, filter, limit, starting_after, ending_before, offset)
        return await self._call(call, timeout)

    async def iter_keys(
        self,
        account_id: str,
        *,
        filter: Union[KeyFilter, str] = KeyFilter.ACTIVE,
        timeout: Optional[Timeout] = None,
    ) -> AsyncIterator[Key]:
        """All of an account's keys, newest first, page by page: ``async for key in client.iter_keys("acme")``.

        ``timeout`` is for each page. Keys that are made meanwhile are not seen.
        """
        cursor = ""
        while True:
            call = calls.list_keys(account_id, filter, limits.PAGE_LENGTH, cursor, "", 0)
            page = await self._call(call, timeout)
            for key in page.keys:
                yield key
            cursor = page.next_cursor
            if not cursor:
                return

    async def update_key(
        self,
        key_id: str,
        *,
        name: Union[str, Unset] = UNSET,
        description: Union[str, Unset] = UNSET,
        user_id: Union[str, Unset] = UNSET,
        enabled: Union[bool, Unset] = UNSET,
        allowed_ips: Union[Strings, Unset] = UNSET,
        grants: Union[Iterable[Grant], Unset] = UNSET,
        unrestricted: Union[bool, Unset] = UNSET,
        api_version: Union[str, Unset] = UNSET,
        expires: Union[Expiry, Unset] = UNSET,
        rate_limit: Union[RateLimit, Clear, Unset] = UNSET,
        expected_revision: int = 0,
        request_id: bytes = b"",
        timeout: Optional[Timeout] = None,
    ) -> ChangedKey:
        """Changes what is given, and nothing else: the update mask is made of the arguments.

        ``enabled=False`` deactivates the key, at once and reversibly. ``rate_limit=latchkey.CLEAR`` takes the limit
        away. ``grants`` and ``allowed_ips`` replace their lists. With ``expected_revision`` the change is refused
        (Aborted) unless the key is at that revision.
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

    async def revoke_all_keys(
        self, account_id: str, expected_count: int, *, request_id: bytes = b"", timeout: Optional[Timeout] = None
    ) -> RevokedKeys:
        """Ends every key of an account for good, all or nothing. ``expected_count`` is how many are not revoked yet,
        active or not; with another number nothing is done (FailedPrecondition, KEY_COUNT_MISMATCH)."""
        return await self._call(calls.revoke_all_keys(account_id, expected_count, request_id), timeout)

    async def import_keys(
        self, keys: Iterable[ImportedKey], *, dry_run: bool = False, timeout: Optional[Timeout] = None
    ) -> tuple[ImportResult, ...]:
        """Takes over 1 to 100 keys of another system, each by itself: the results are in the order of the keys.

        A token that was imported before is left as it is (KEY_EXISTS), so an import can be repeated. ``dry_run`` checks
        everything and changes nothing.
        """
        return await self._call(calls.import_keys(keys, dry_run), timeout)

    async def validate(
        self,
        secret: str,
        *,
        client_ip: str = "",
        resource: str = "",
        action: AnAction = Action.UNSPECIFIED,
        fields: Strings = (),
        http_method: str = "",
        path: str = "",
        min_revision: int = 0,
        explain: bool = False,
        timeout: Optional[Timeout] = None,
    ) -> Answer:
        """Says whether a presented key may do something. A denial is an answer, not an error: see ``Answer.allowed``.

        Whoever gets an exception must not let the request through. With ``explain`` everything that would deny is in
        ``Answer.denials``, and nothing is counted or logged. ``min_revision``, the revision of a change, is waited for.
        """
        request = ValidateRequest(
            secret, client_ip, resource, action, fields, http_method, path, min_revision, explain
        )  # fmt: skip
        return await self._call(calls.validate(request), timeout)

    async def validate_batch(
        self, requests: Iterable[ValidateRequest], *, timeout: Optional[Timeout] = None
    ) -> tuple[Answer, ...]:
        """Validates 1 to 100 keys in one call, answered in order. One request that is wrong refuses them all."""
        return await self._call(calls.validate_batch(requests), timeout)

    async def report_outcomes(
        self, outcomes: Iterable[tuple[bytes, int]], *, timeout: Optional[Timeout] = None
    ) -> int:
        """Tells how requests ended that were allowed: ``(answer.usage_id, http_status)`` of 1 to 1,000, for the usage log.

        Returns how many were taken: the first so many. Report the rest again, a little later. Of each request, the
        last report counts.
        """
        return await self._call(calls.report_outcomes(outcomes), timeout)

    async def get_account(self, account_id: str, *, timeout: Optional[Timeout] = None) -> Account:
        """Reads an account."""
        return await self._call(calls.get_account(account_id), timeout)

    async def list_accounts(
        self, *, limit: int = 0, starting_after: str = "", timeout: Optional[Timeout] = None
    ) -> AccountPage:
        """One page of the accounts, by id. ``limit`` is 1 to 100, 0 = 25."""
        return await self._call(calls.list_accounts(limit, starting_after), timeout)

    async def iter_accounts(self, *, timeout: Optional[Timeout] = None) -> AsyncIterator[Account]:
        """All accounts by id, page by page. ``timeout`` is for each page."""
        cursor = ""
        while True:
            page = await self._call(calls.list_accounts(limits.PAGE_LENGTH, cursor), timeout)
            for account in page.accounts:
                yield account
            cursor = page.next_cursor
            if not cursor:
                return

    async def update_account(
        self,
        account_id: str,
        *,
        max_active_keys: Union[int, Unset] = UNSET,
        default_lifetime: Union[timedelta, Clear, Unset] = UNSET,
        token_prefix: Union[str, Clear, Unset] = UNSET,
        require_public_ips: Union[bool, Unset] = UNSET,
        api_version_downgrade_window: Union[timedelta, Clear, Unset] = UNSET,
        default_overlap: Union[timedelta, Clear, Unset] = UNSET,
        expected_revision: int = 0,
        request_id: bytes = b"",
        timeout: Optional[Timeout] = None,
    ) -> ChangedAccount:
        """Changes what is given, as ``update_key`` does; makes the account if there is none.

        ``max_active_keys=0`` is no cap. ``latchkey.CLEAR`` sets a span or the prefix back to its default.
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
        resuming: bool = False,
        timeout: Optional[Timeout] = None,
    ) -> UsageStream:
        """Follows the usage log, on a connection of its own: ``async for record in client.stream_usage()``. It is
        opened by the first record that is asked for, or by ``async with``, whose end closes it.

        ``history`` begins with what is still kept; UsageLive marks where that ends. ``no_follow`` ends there.
        ``limit`` events at most; 0 = no limit. ``timeout`` ends the stream; None = it goes on.

        ``resuming``: when the connection is lost, or the server stops, it connects again, for as long as it takes, and
        goes on behind the last record: none is missed or comes twice. Only a stream that does not look back may miss
        what happened before its first record, which comes within about a second.
        """
        request = calls.usage_request(
            history, account_id, key_id, user_id, verdicts, denied_only, superseded_only, no_follow, limit,
            newest_first, after_sequence, after_time,
        )  # fmt: skip
        span = None if timeout is None else seconds(timeout)
        return UsageStream(self.address, self._token, self._tls, request, resuming, self._connect_timeout, span)
