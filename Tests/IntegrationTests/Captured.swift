// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// What comes out of a pipe, gathered by a thread as it comes.
final class Captured: Sendable {
    private struct State {
        var data = Data()
        var isAtEnd = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    init(_ handle: FileHandle) {
        Thread.detachNewThread { [self] in
            while true {
                let more = handle.availableData
                let resumed = state.withLock { state in
                    state.data.append(more)
                    state.isAtEnd = more.isEmpty
                    defer { state.waiting = [] }
                    return state.waiting
                }
                for continuation in resumed { continuation.resume() }
                if more.isEmpty { return }
            }
        }
    }

    func all() async -> String {
        while !state.withLock({ $0.isAtEnd }) { await change(from: nil) }
        return text
    }

    func line(containing wanted: String) async -> String? {
        while true {
            let count = state.withLock { $0.data.count }
            if let line = text.split(separator: "\n").first(where: { $0.contains(wanted) }) { return String(line) }
            if state.withLock({ $0.isAtEnd }) { return nil }
            await change(from: count)
        }
    }

    private var text: String { String(decoding: state.withLock { $0.data }, as: UTF8.self) }

    /// Returns when something has come since there were `count` bytes, or at the end.
    private func change(from count: Int?) async {
        await withCheckedContinuation { continuation in
            let isOld = state.withLock { state in
                if state.isAtEnd || (count != nil && state.data.count != count) { return true }
                state.waiting.append(continuation)
                return false
            }
            if isOld { continuation.resume() }
        }
    }
}
