# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

import os

# The tests say where their servers are and who they are, whatever the terminal that they run in says.
for _name in ("LATCHKEY_ADDRESS", "LATCHKEY_TOKEN"):
    os.environ.pop(_name, None)
