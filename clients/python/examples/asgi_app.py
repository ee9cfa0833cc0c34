# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""An ASGI application that only keys may use: `uvicorn asgi_app:app`."""

import json

import latchkey.asgi


async def app(scope, receive, send):
    """Says whose key it was called with."""
    if scope["type"] != "http":
        return
    key = scope["latchkey"]
    body = json.dumps({"hello": key.user_id, "account": key.account_id, "key": key.name}) + "\n"
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
    await send({"type": "http.response.body", "body": body.encode()})


app = latchkey.asgi.RequireKey(app)
