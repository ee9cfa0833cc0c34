# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""TLS: whom the client trusts, what it shows, and that nothing is sent to anybody else."""

import asyncio
import os
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
import unittest
from concurrent.futures import ThreadPoolExecutor
from unittest import mock

import latchkey
import latchkey.aio
from latchkey._core.address import Address

from .server import PATIENCE_SECONDS, Server

_NEW = "req -x509 -days 2 -nodes -newkey ec -pkeyopt ec_paramgen_curve:P-256".split()


class Authority:
    """A certificate authority of these tests, by the openssl command line."""

    def __init__(self, directory: str, name: str) -> None:
        self._directory, self._name = directory, name
        self.file = f"{directory}/{name}.pem"
        self._run("-subj", f"/CN={name}", "-keyout", f"{directory}/{name}.key", "-out", self.file)
        os.chmod(self.file, 0o644)

    def issue(self, name: str, alternatives: str) -> tuple[str, str]:
        """The files of a certificate and of its key."""
        pair = f"{self._directory}/{name}.pem", f"{self._directory}/{name}.key"
        key = f"{self._directory}/{self._name}.key"
        what = ["-addext", "basicConstraints=critical,CA:FALSE", "-addext", f"subjectAltName={alternatives}"]
        self._run("-CA", self.file, "-CAkey", key, "-subj", f"/CN={name}", *what, "-keyout", pair[1], "-out", pair[0])
        return pair

    @staticmethod
    def _run(*arguments: str) -> None:
        subprocess.run(["openssl", *_NEW, *arguments], check=True, capture_output=True, timeout=PATIENCE_SECONDS)


class TLSTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.mkdtemp(prefix="latchkey-")
        cls.addClassCleanup(shutil.rmtree, cls.directory)
        cls.authority = Authority(cls.directory, "ca")
        cls.clients = Authority(cls.directory, "clients")
        cls.pair = cls.authority.issue("server", "DNS:localhost,IP:127.0.0.1")
        cls.mine = cls.clients.issue("mine", "DNS:billing.example.org")
        cls.callers = f"{cls.directory}/callers"
        open(cls.callers, "w", encoding="ascii").close()
        # Whatever this process makes files with: who may write this one says who is let in.
        os.chmod(cls.callers, 0o600)
        files = ["--tls-certificate", cls.pair[0], "--tls-key", cls.pair[1]]
        cls.server = Server(*files)
        cls.addClassCleanup(cls.server.close)
        cls.address = f"tls://{cls.server.tcp}"
        asking = Server(*files, "--tls-client-ca", cls.clients.file, "--tls-callers", cls.callers)
        with latchkey.Client(asking.unix) as client:
            grants = [latchkey.Grant("accounts", ["read"])]
            cls.caller = client.create_key("latchkey", "u-1", "billing", grants=grants, expires=latchkey.NEVER).key.id
        asking.stop()
        with open(cls.callers, "w", encoding="ascii") as file:
            file.write(f"dns:billing.example.org {cls.caller}\n")
        asking.start()
        cls.asking = asking
        cls.addClassCleanup(asking.close)
        cls.asking_address = f"tls://{asking.tcp}"

    def context(self, pair=None, authority=None):
        context = ssl.create_default_context(cafile=authority or self.authority.file)
        if pair is not None:
            context.load_cert_chain(*pair)
        return context

    def client(self, address=None, **options):
        options.setdefault("tls", self.context())
        client = latchkey.Client(address or self.address, wait_for_connection=False, **options)
        self.addCleanup(client.close)
        return client

    def refusal(self, address=None, **options):
        """What both kinds of client say."""
        with self.assertRaises(latchkey.Unavailable) as threads:
            self.client(address, **options).health()

        async def main():
            options.setdefault("tls", self.context())
            async with latchkey.aio.Client(address or self.address, wait_for_connection=False, **options) as client:
                await client.health()

        with self.assertRaises(latchkey.Unavailable) as tasks:
            asyncio.run(main())
        self.assertEqual(str(threads.exception), str(tasks.exception))
        return str(threads.exception)

    def test_addresses(self):
        for text in ("tls://127.0.0.1:7411", "tls://[::1]:7411", "tls://keys.example.org:1"):
            self.assertEqual(str(Address.parse(text)), text)
            self.assertTrue(Address.parse(text).is_secure)
        for text in ("tls://", "tls://a", "tls:a:1", "tls://a:1/", "tls:///a:1", "tls://unix:a", "https://a:1"):
            with self.assertRaises(ValueError):
                Address.parse(text)

    def test_calls_of_threads_and_streams(self):
        client = self.client(token_file=self.server.token_file)
        made = client.create_key("acme", "u-1", "k", unrestricted=True)
        with ThreadPoolExecutor(8) as threads:
            answers = list(threads.map(lambda _: client.validate(made.secret).allowed, range(400)))
        self.assertEqual(answers, [True] * 400)
        # More than one record of TLS has room for.
        batch = client.validate_batch([latchkey.ValidateRequest(made.secret, path="/" + "x" * 200)] * 100)
        self.assertEqual(len(batch), 100)
        with client.stream_usage(history=True, limit=100) as stream:
            self.assertEqual(sum(1 for _ in stream), 100)
        # Closed while another thread reads from it.
        stream = client.stream_usage()
        reader = threading.Thread(target=lambda: list(stream))
        reader.start()
        client.validate(made.secret)
        stream.close()
        reader.join(PATIENCE_SECONDS)
        self.assertFalse(reader.is_alive())

    def test_calls_of_tasks_and_streams(self):
        async def main():
            options = {"token_file": self.server.token_file, "tls": self.context()}
            async with latchkey.aio.Client(self.address, **options) as client:
                made = await client.create_key("tasks", "u-1", "k", unrestricted=True)
                answers = await asyncio.gather(*(client.validate(made.secret) for _ in range(400)))
                self.assertTrue(all(answer.allowed for answer in answers))
                events = [each async for each in client.stream_usage(history=True, account_id="tasks", limit=10)]
                self.assertEqual(len(events), 10)

        asyncio.run(main())

    def test_who_is_not_trusted_gets_nothing(self):
        self.assertIn("its certificate does not hold", self.refusal(tls=self.context(authority=self.clients.file)))
        port = self.server.tcp.rpartition(":")[2]
        self.assertIsNotNone(self.client(f"tls://localhost:{port}").health())
        # Both addresses lead here, and the certificate is for one of them.
        with mock.patch("socket.getaddrinfo", return_value=socket.getaddrinfo("127.0.0.1", int(port))):
            with self.assertRaisesRegex(latchkey.Unavailable, "its certificate does not hold"):
                self.client(f"tls://other.example.org:{port}").health()

    def test_a_server_of_another_protocol_gets_nothing(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.pair)
        context.set_alpn_protocols(["h2"])
        listener = socket.create_server(("127.0.0.1", 0))
        listener.settimeout(PATIENCE_SECONDS)
        heard = []

        def serve():
            for _ in range(2):
                try:
                    with context.wrap_socket(listener.accept()[0], server_side=True) as connection:
                        heard.append(connection.recv(1))
                except OSError:
                    # It may be gone before the handshake has ended here.
                    pass

        server = threading.Thread(target=serve)
        server.start()
        port = listener.getsockname()[1]
        self.assertIn("not Latchkey's protocol", self.refusal(f"tls://127.0.0.1:{port}", token=self.server.token))
        server.join(PATIENCE_SECONDS)
        listener.close()
        self.assertFalse(server.is_alive())
        self.assertEqual(b"".join(heard), b"")

    def test_a_certificate_speaks_for_its_caller(self):
        client = self.client(self.asking_address, tls=self.context(self.mine))
        self.assertEqual(client.who_am_i().caller, self.caller)
        client.list_accounts()
        with self.assertRaises(latchkey.PermissionDenied):
            client.list_keys("acme")
        for tls in (self.context(), self.context(self.pair)):
            with self.assertRaises(latchkey.LatchkeyError):
                self.client(self.asking_address, tls=tls).who_am_i()

    def test_the_environment_names_the_files(self):
        variables = {
            "LATCHKEY_ADDRESS": self.asking_address,
            "LATCHKEY_TLS_CA": self.authority.file,
            "LATCHKEY_CLIENT_CERTIFICATE": self.mine[0],
            "LATCHKEY_CLIENT_KEY": self.mine[1],
        }
        with mock.patch.dict(os.environ, variables):
            with latchkey.Client(wait_for_connection=False) as client:
                self.assertEqual(client.who_am_i().caller, self.caller)
            os.chmod(self.mine[1], 0o640)
            self.addCleanup(os.chmod, self.mine[1], 0o600)
            self.assertIn("chmod 600", self.refusal(self.asking_address, tls=None))
            os.environ["LATCHKEY_TLS_CA"] = "/nowhere"
            self.assertIn("/nowhere", self.refusal(self.asking_address, tls=None))

    def test_a_file_of_both_certificate_and_key_is_for_its_owner_only(self):
        both = f"{self.directory}/both.pem"
        with open(both, "wb") as file:
            for each in self.mine:
                with open(each, "rb") as part:
                    file.write(part.read())
        variables = {"LATCHKEY_TLS_CA": self.authority.file, "LATCHKEY_CLIENT_CERTIFICATE": both}
        with mock.patch.dict(os.environ, variables):
            os.environ.pop("LATCHKEY_CLIENT_KEY", None)
            os.chmod(both, 0o644)
            self.assertIn("chmod 600 on it", self.refusal(self.asking_address, tls=None))
            os.chmod(both, 0o600)
            with latchkey.Client(self.asking_address, wait_for_connection=False) as client:
                self.assertEqual(client.who_am_i().caller, self.caller)

    def test_a_key_with_a_passphrase_is_refused_and_nobody_is_asked_for_it(self):
        key = f"{self.directory}/locked.key"
        command = ["openssl", "ec", "-in", self.mine[1], "-aes256", "-passout", "pass:a phrase", "-out", key]
        subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE_SECONDS)
        os.chmod(key, 0o600)
        variables = {
            "LATCHKEY_TLS_CA": self.authority.file,
            "LATCHKEY_CLIENT_CERTIFICATE": self.mine[0],
            "LATCHKEY_CLIENT_KEY": key,
        }
        with mock.patch.dict(os.environ, variables):
            words = self.refusal(self.asking_address, tls=None)
        self.assertIn(f"the private key in {key} has a passphrase", words)
