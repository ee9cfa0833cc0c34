// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import CHeap
import Foundation
import Testing

/// Memory that a thread gives back when it has asked that nothing is left in it.
@Suite struct HeapTests {
    private static let word = Array("lk_0123456789abcdefghijklmnopqrstuvwxyz".utf8)

    /// Whether a word is left in memory that is another's by now, or nobody's: the kernel can say what is there.
    private static func isLeft(_ memory: FileHandle, _ place: UInt, _ count: Int) -> Bool {
        var bytes = [UInt8](repeating: 0, count: count)
        let done = pread(memory.fileDescriptor, &bytes, count, off_t(place))
        return done > 0 && Data(bytes).range(of: Data(word)) != nil
    }

    private struct Outcome {
        var isMoved = false
        var isKept = false
        var left: [Bool] = []
    }

    private static func use(_ count: Int, _ memory: FileHandle) -> Outcome {
        var outcome = Outcome()
        guard let first = malloc(count) else { return outcome }
        memset(first, 0, count)
        for place in [64, count / 2, count - word.count] {
            memcpy(first + place, word, word.count)
        }
        let old = UInt(bitPattern: first)
        guard let second = realloc(first, 2 * count) else { return outcome }
        let new = UInt(bitPattern: second)
        outcome.isMoved = old != new
        outcome.isKept = isLeft(memory, new + UInt(count - word.count), word.count)
        outcome.left = [isLeft(memory, old, count)]
        free(second)
        outcome.left.append(isLeft(memory, new, count))
        return outcome
    }

    @Test("R3: what is freed, or moved because it grows, is overwritten first", arguments: [300, 5_000, 40_000])
    func freed(count: Int) async throws {
        let memory = try FileHandle(forReadingFrom: URL(fileURLWithPath: "/proc/self/mem"))
        let outcome = await withCheckedContinuation { done in
            // It asks for all that it frees from then on: a thread of its own.
            Thread {
                cleanse_freed_memory()
                done.resume(returning: Self.use(count, memory))
            }.start()
        }
        #expect(outcome.isMoved && outcome.isKept)
        #expect(outcome.left == [false, false])
        try memory.close()
    }
}
