# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""Every bound of the client, with its unit in its name. Those of frames are the contract's."""

CLIENT_FRAME_BYTES = 64 * 1024
SERVER_FRAME_BYTES = 1024 * 1024
#: What a frame holds beside its call: its id, its time and a caller's token.
FRAME_HEAD_BYTES = 192
#: The longest token that a frame carries.
CALLER_TOKEN_BYTES = 128
#: What is read of a file that holds a token: more than a token has, to see that nothing else is in it.
TOKEN_FILE_BYTES = 1024
#: Calls that a connection has in flight; beyond it the server stops reading.
CALLS_IN_FLIGHT = 256
#: Calls that wait for a connection or for their turn on it.
WAITING_CALLS = 10_000
#: What is encoded and not taken by the socket before further calls wait.
UNWRITTEN_BYTES = 1024 * 1024
#: What one read of a socket takes.
READ_BYTES = 256 * 1024
#: Usage records that wait for a slow reader before the socket is read no more.
STREAM_RECORDS = 1_024

#: How long a call may take when it does not say.
TIMEOUT_SECONDS = 10.0
#: The longest that fits a frame's timeout_ms: 49 days.
LONGEST_TIMEOUT_SECONDS = 0xFFFF_FFFF / 1000
#: How long the client goes on waiting after the server's deadline, so that the server's own answer can arrive.
DEADLINE_GRACE_SECONDS = 0.1
CONNECT_SECONDS = 5.0
#: The pause after a failed attempt to connect; it doubles with each further one.
BACKOFF_FIRST_SECONDS = 0.05
BACKOFF_LONGEST_SECONDS = 5.0
#: How long a server may owe an answer without a byte before its connection is taken for dead.
SILENCE_SECONDS = 5.0
#: How long after it was first sent a change with a request_id may be sent again. The server knows the id for 600 s from
#: when the change was made, and not from then on.
REPEAT_SECONDS = 540.0
#: How long ending a stream may take.
GOODBYE_SECONDS = 1.0
#: How long a middleware lets a validate take.
GUARD_TIMEOUT_SECONDS = 2.0
#: How often at most a middleware says that the service cannot be asked.
OUTAGE_LOG_SECONDS = 10.0
REQUEST_ID_BYTES = 16
USAGE_ID_BYTES = 16
#: Outcomes in one report.
REPORTED_OUTCOMES = 1_000
#: Outcomes that a middleware keeps while they cannot be reported.
OUTCOMES_WAITING = 10_000
#: A middleware reports when so many outcomes wait, and at the latest so long after the first of them.
OUTCOMES_AT_ONCE = 100
OUTCOMES_GATHER_SECONDS = 1.0
#: How long such a report may take.
REPORT_SECONDS = 5.0
#: The most keys or accounts that a page has.
PAGE_LENGTH = 100

# What the service takes, see key_service.proto.
#: As long as an imported token may be.
TOKEN_BYTES = 1024
PATH_BYTES = 1024
HTTP_METHOD_CHARACTERS = 16
