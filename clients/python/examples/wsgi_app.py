# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""A WSGI application that only keys may use. Run it, then ask it on port 8000."""

import json
from wsgiref.simple_server import make_server

import latchkey.wsgi


def application(environ, start_response):
    """Says whose key it was called with."""
    key = environ["latchkey"]
    body = json.dumps({"hello": key.user_id, "account": key.account_id, "key": key.name}) + "\n"
    start_response("200 OK", [("Content-Type", "application/json")])
    return [body.encode()]


application = latchkey.wsgi.RequireKey(application)

if __name__ == "__main__":
    with make_server("127.0.0.1", 8000, application) as server:
        server.serve_forever()
