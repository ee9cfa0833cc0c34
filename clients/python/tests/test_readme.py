# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""What README.md shows of a session is what one prints."""

import doctest
import io
import os
import re
import unittest
from pathlib import Path
from unittest import mock

from .server import Server

_README = Path(__file__).resolve().parents[1] / "README.md"
#: A key's id, and the year it ends in.
_CHANGING = re.compile(r"'[0-9A-Za-z]{12}'|\b20[0-9]{2}\b")


class _Checker(doctest.OutputChecker):
    def check_output(self, want, got, optionflags):
        return super().check_output(_CHANGING.sub("X", want), _CHANGING.sub("X", got), optionflags)


class ReadmeTests(unittest.TestCase):
    def test_its_sessions(self):
        server = Server()
        self.addCleanup(server.close)
        text = re.sub("^(?!    ).*$", "", _README.read_text(encoding="utf-8"), flags=re.MULTILINE)
        session = doctest.DocTestParser().get_doctest(text, {}, "README.md", str(_README), 0)
        self.assertGreater(len(session.examples), 20)
        output = io.StringIO()
        with mock.patch.dict(os.environ, {"LATCHKEY_ADDRESS": server.unix}):
            result = doctest.DocTestRunner(_Checker(), verbose=False).run(session, out=output.write, clear_globs=False)
        session.globs["client"].close()
        self.assertEqual(result.failed, 0, output.getvalue())


if __name__ == "__main__":
    unittest.main()
