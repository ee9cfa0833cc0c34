# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0
