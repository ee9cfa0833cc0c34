# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""Follows an account's usage log: what is still kept, then what happens. `follow_usage.py ACCOUNT`."""

import sys

import latchkey

client = latchkey.Client()
try:
    with client.stream_usage(account_id=sys.argv[1], history=True, resuming=True) as records:
        for record in records:
            if isinstance(record, latchkey.UsageEvent):
                time = record.time.astimezone().strftime("%H:%M:%S")
                print(time, record.verdict, record.name, record.client_ip, record.http_method, record.path, flush=True)
            elif isinstance(record, latchkey.UsageGap):
                print(f"{record.count} events are missing: {record.reason}", file=sys.stderr)
except KeyboardInterrupt:
    pass
except latchkey.LatchkeyError as error:
    sys.exit(f"follow_usage: {error}")
