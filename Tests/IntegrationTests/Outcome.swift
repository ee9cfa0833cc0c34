// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A value that comes once, from any thread, and is waited for by any number of tasks.
final class Outcome<Value: Sendable>: Sendable {
    private enum State {
        case waiting([CheckedContinuation<Value, Never>])
        case settled(Value)
    }

    private let state = Mutex(State.waiting([]))

    var value: Value {
        get async {
            await withCheckedContinuation { continuation in
                let settled = state.withLock { state -> Value? in
                    switch state {
                    case .settled(let value): return value
                    case .waiting(let others):
                        state = .waiting(others + [continuation])
                        return nil
                    }
                }
                if let settled { continuation.resume(returning: settled) }
            }
        }
    }

    func settle(_ value: Value) {
        let resumed = state.withLock { state -> [CheckedContinuation<Value, Never>] in
            guard case .waiting(let waiting) = state else { return [] }
            state = .settled(value)
            return waiting
        }
        for continuation in resumed { continuation.resume(returning: value) }
    }
}
