// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyJournal
import KeyModel

/// The clock that a server in this process goes by.
enum SystemTime {
    static var now: Timestamp { SystemClock().wallTime() }
}
