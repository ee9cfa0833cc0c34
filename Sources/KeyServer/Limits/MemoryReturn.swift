// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import CHeap
internal import KeyModel
internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// Gives memory back to the system when many connections have ended. The C library keeps what lies between pieces that are
/// in use, and with TLS every connection leaves such pieces: ten thousand that have gone would take half a gigabyte on.
final class MemoryReturn: Sendable {
    private struct State {
        var ended = 0
        var isDue = false
    }

    private let state = Mutex(State())
    private let giveBack: @Sendable () -> Void

    init(_ giveBack: @escaping @Sendable () -> Void = MemoryReturn.giveBackToSystem) {
        self.giveBack = giveBack
    }

    /// A connection has ended. Some time after so many, when the others of a crowd have gone too, memory is given back.
    func noteEnd(on eventLoop: any EventLoop) {
        let isDue = state.withLock { state in
            state.ended += 1
            if state.isDue || state.ended < Limits.memoryReturnConnections { return false }
            state.isDue = true
            return true
        }
        if !isDue { return }
        eventLoop.scheduleTask(in: .milliseconds(Limits.memoryReturnMilliseconds)) { [self] in
            state.withLock { $0 = State() }
            giveBack()
        }
    }

    /// Not on an event loop: it may take as long as some thousands of Validates. A loop that asks the heap for memory
    /// meanwhile waits, which on the way of a Validate none does.
    private static let giveBackToSystem: @Sendable () -> Void = {
        NIOThreadPool.singleton.submit { _ in return_freed_memory() }
    }
}
