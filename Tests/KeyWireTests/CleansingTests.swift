// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Testing

@testable import KeyWire

/// What is left in memory that held something, looked for where it lay.
@Suite("R3: what held a token") struct CleansingTests {
    private static let mark: UInt8 = 0xa5

    private func marks(_ count: Int) -> ByteBuffer { ByteBuffer(repeating: Self.mark, count: count) }

    /// The most marks in a row in all of a buffer's memory, whoever else has it; 0 for a few, which were there before.
    private func left(_ buffer: ByteBuffer) -> Int {
        var (most, run) = (0, 0)
        buffer.withVeryUnsafeBytes { bytes in
            for byte in bytes {
                run = byte == Self.mark ? run + 1 : 0
                most = max(most, run)
            }
        }
        return most < 5 ? 0 : most
    }

    @Test("is overwritten when a buffer that takes more has to grow, and in the one that was taken over")
    func growth() {
        var kept = marks(40)
        var other = marks(100)
        // They keep the memory that is left.
        let (before, taken) = (kept, other)
        kept.take(&other)
        #expect(kept == marks(140))
        #expect(other.readableBytes == 0)
        #expect(left(before) == 0)
        #expect(left(taken) == 0)
    }

    @Test("is overwritten when there is room for more too, in the one that was taken over")
    func room() {
        var kept = ByteBufferAllocator().buffer(capacity: 256)
        kept.writeRepeatingByte(Self.mark, count: 40)
        var other = marks(100)
        let taken = other
        kept.take(&other)
        #expect(kept == marks(140))
        #expect(left(taken) == 0)
    }

    @Test("is overwritten where it was before it moved to the front", arguments: [1, 8, 15, 20])
    func compaction(read: Int) {
        var buffer = marks(20)
        buffer.moveReaderIndex(forwardBy: read)
        buffer.compact()
        #expect(buffer.readerIndex == 0)
        #expect(buffer == marks(20 - read))
        #expect(left(buffer) == 20 - read)
    }

    @Test("is overwritten before a packer gives it back; what is no secret need not be")
    func packer() {
        let text = String(repeating: "\u{7}", count: 43)
        var blocks: [[UInt8]] = []
        var packer: Packer? = Packer { block in
            blocks.append(Array(UnsafeRawBufferPointer(start: block, count: 43)))
            block.deallocate()
        }
        _ = packer?.text(text)
        _ = packer?.secret(text)
        packer = nil
        #expect(blocks == [[UInt8](repeating: 7, count: 43), [UInt8](repeating: 0, count: 43)])
    }
}
