# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""What a client speaks to a ``tls://`` address with."""

import os
import ssl
import stat
from typing import Optional

from ._core.address import Address
from .errors import Unavailable

#: What is spoken inside, as ALPN (RFC 7301) names it. With a server that answers another one nothing is said.
PROTOCOL = "latchkey/1"

AUTHORITIES_VARIABLE = "LATCHKEY_TLS_CA"
CERTIFICATE_VARIABLE = "LATCHKEY_CLIENT_CERTIFICATE"
KEY_VARIABLE = "LATCHKEY_CLIENT_KEY"


class ClientTLS:
    """A context that was given, or the files that the environment names."""

    def __init__(self, context: Optional[ssl.SSLContext]) -> None:
        self._given = context
        if context is not None:
            context.set_alpn_protocols([PROTOCOL])

    def context(self, address: Address) -> ssl.SSLContext:
        """For a connection that is about to be made. Raises Unavailable.

        Files are read each time, so that a certificate that was replaced there needs no restart. They are small and
        local, so an event loop can wait for them.
        """
        if self._given is not None:
            return self._given
        authorities, certificate, key = (
            os.environ.get(each) or None for each in (AUTHORITIES_VARIABLE, CERTIFICATE_VARIABLE, KEY_VARIABLE)
        )
        try:
            context = ssl.create_default_context(cafile=authorities)
            context.minimum_version = ssl.TLSVersion.TLSv1_2
            if certificate is not None:
                # Without a file of its own the key is beside the certificate.
                secret = key or certificate
                if stat.S_IMODE(os.stat(secret).st_mode) & 0o077:
                    raise _refused(address, f"others than its owner may read {secret}; run chmod 600 on it")

                def passphrase() -> str:
                    # OpenSSL would ask whoever sits at the terminal, and wait.
                    raise _refused(address, f"the private key in {secret} has a passphrase; give it one without")

                context.load_cert_chain(certificate, key, passphrase)
        except OSError as error:
            named = ", ".join(each for each in (authorities, certificate, key) if each is not None)
            why = getattr(error, "reason", None) or error.strerror or "an error"
            raise _refused(address, f"what it takes to speak TLS ({named}) cannot be read: {why}") from None
        context.set_alpn_protocols([PROTOCOL])
        return context


def check(address: Address, spoken: Optional[str]) -> None:
    """Raises Unavailable unless the server has agreed to speak this protocol."""
    if spoken != PROTOCOL:
        raise _refused(address, "what answers there speaks TLS, but not Latchkey's protocol")


def _refused(address: Address, why: str) -> Unavailable:
    return Unavailable(f"cannot connect to {address}: {why}", reason="CONNECTION_REFUSED")
