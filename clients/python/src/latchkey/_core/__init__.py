# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""The part that both clients share. It does no I/O and reads no clock."""
