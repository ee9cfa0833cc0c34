// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Something that comes to be so once.
final class Flag: Sendable {
    private let value = Atomic(false)

    var isSet: Bool { value.load(ordering: .acquiring) }

    func set() { value.store(true, ordering: .releasing) }
}
