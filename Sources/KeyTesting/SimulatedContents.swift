// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// A file's bytes as readers see them and as a power cut finds them, and the changes between the two in the order they
/// were made.
struct SimulatedContents {
    private enum Change {
        case write(step: Int, offset: Int, bytes: [UInt8])
        case resize(step: Int, size: Int)
    }

    /// What a disk writes whole or not at all, and the least that a file system keeps track of: a real page may be
    /// eight of them, which hides mistakes.
    static let pageBytes = 512

    private(set) var visible = SimulatedBytes()
    private var durable = SimulatedBytes()
    private var pending: [Change] = []

    /// As if it had always been so.
    mutating func replace(_ bytes: [UInt8]) {
        visible = SimulatedBytes(bytes)
        durable = visible
        pending = []
    }

    mutating func resize(to size: Int, step: Int) {
        visible.resize(to: size)
        pending.append(.resize(step: step, size: size))
    }

    mutating func write(_ bytes: UnsafeRawBufferPointer, at offset: Int, step: Int) {
        guard let base = bytes.baseAddress, bytes.count > 0 else { return }
        if offset + bytes.count > visible.count { resize(to: offset + bytes.count, step: step) }
        visible.write(bytes, at: offset)
        let copy = [UInt8](unsafeUninitializedCapacity: bytes.count) { buffer, initialized in
            UnsafeMutableRawPointer(buffer.baseAddress)?.copyMemory(from: base, byteCount: bytes.count)
            initialized = bytes.count
        }
        pending.append(.write(step: step, offset: offset, bytes: copy))
    }

    /// Whole pages are written, and with them what an earlier sync may have lost there.
    mutating func sync() {
        for change in pending {
            switch change {
            case .write(_, let offset, let bytes): durable.write(Self.pages(offset, bytes.count), of: visible)
            case .resize(_, let size): durable.resize(to: size)
            }
        }
        pending = []
    }

    /// What a sync that fails does on Linux: the pages are as good as written for everyone but the disk. Gives how
    /// many they are.
    mutating func losePages() -> Int {
        var lost: Set<Int> = []
        var sizes: [Change] = []
        for change in pending {
            switch change {
            case .write(_, let offset, let bytes):
                let pages = Self.pages(offset, bytes.count)
                lost.formUnion(pages.lowerBound / Self.pageBytes..<pages.upperBound / Self.pageBytes)
            case .resize: sizes.append(change)
            }
        }
        pending = sizes
        return lost.count
    }

    /// Leaves what was synced, and of the rest what chance says.
    mutating func crash(_ chance: inout CrashChance) {
        if !pending.isEmpty {
            let survival = chance.survival(of: pending.count)
            for (index, change) in pending.enumerated() {
                switch change {
                case .resize(let step, let size):
                    if chance.keeps(index, of: survival, step: step) { durable.resize(to: size) }
                case .write(let step, let offset, let bytes):
                    let written = write(bytes, at: offset) { chance.keeps(index, of: survival) }
                    chance.note(kept: written, of: bytes.count, step: step)
                }
            }
            pending = []
        }
        visible = durable
    }

    /// Writes the parts of a write that survive, page by page; gives how many bytes there are.
    private mutating func write(_ bytes: [UInt8], at offset: Int, survives: () -> Bool) -> Int {
        bytes.withUnsafeBytes { bytes in
            var written = 0
            var start = 0
            while start < bytes.count {
                let end = min(bytes.count, start + Self.pageBytes - (offset + start) % Self.pageBytes)
                if survives() {
                    written += durable.write(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), at: offset + start)
                }
                start = end
            }
            return written
        }
    }

    /// The bytes of all pages that a write touches.
    private static func pages(_ offset: Int, _ count: Int) -> Range<Int> {
        offset / pageBytes * pageBytes..<(offset + count + pageBytes - 1) / pageBytes * pageBytes
    }
}
