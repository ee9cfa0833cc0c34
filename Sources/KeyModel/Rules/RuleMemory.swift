// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// The memory of one key's compiled rules: what Validate reads lies together, and is read without counting references.
///
/// Everything kept lives as long as this object, which `KeyRules` holds.
final class RuleMemory: @unchecked Sendable {
    // Unchecked because of the memory: it is written while the rules are made, by whoever makes them, and only read
    // once they are shared.
    private var chunks: [UnsafeMutableRawBufferPointer] = []
    private var used = 0

    /// Enough for a few rules; a larger list gets a chunk of its own size.
    private static let chunkBytes = 512

    deinit {
        for chunk in chunks { chunk.deallocate() }
    }

    /// A copy that stays where it is.
    func keep<Element: BitwiseCopyable>(_ elements: [Element]) -> UnsafeBufferPointer<Element> {
        if elements.isEmpty { return UnsafeBufferPointer(start: nil, count: 0) }
        let size = elements.count * MemoryLayout<Element>.stride
        // What is as long as a cache line begins with one.
        let alignment = size >= 64 ? 64 : 16
        var start = (used + alignment - 1) & ~(alignment - 1)
        if chunks.isEmpty || start + size > chunks[chunks.count - 1].count {
            chunks.append(.allocate(byteCount: max(Self.chunkBytes, size), alignment: 64))
            start = 0
        }
        let place = UnsafeMutableRawBufferPointer(rebasing: chunks[chunks.count - 1][start..<start + size])
        elements.withUnsafeBytes { place.copyMemory(from: $0) }
        used = start + size
        return UnsafeBufferPointer(place.bindMemory(to: Element.self))
    }
}
