// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import NIOCore
import NIOEmbedded
import Synchronization
import Testing

@testable import KeyServer

@Suite struct MemoryReturnTests {
    @Test("R13: memory is given back once, a while after many connections have ended, and not for few")
    func many() {
        let loop = EmbeddedEventLoop()
        let count = Mutex(0)
        let memory = MemoryReturn { count.withLock { $0 += 1 } }
        let pause = TimeAmount.milliseconds(Limits.memoryReturnMilliseconds)
        for round in 1...2 {
            for _ in 1..<Limits.memoryReturnConnections { memory.noteEnd(on: loop) }
            loop.advanceTime(by: pause)
            #expect(count.withLock { $0 } == round - 1)
            for _ in 1...Limits.memoryReturnConnections { memory.noteEnd(on: loop) }
            #expect(count.withLock { $0 } == round - 1)
            loop.advanceTime(by: pause)
            #expect(count.withLock { $0 } == round)
        }
    }
}
