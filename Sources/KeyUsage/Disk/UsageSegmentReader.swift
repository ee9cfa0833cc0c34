// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyJournal
internal import KeyModel

/// Reads a segment's frames one after the other. Whatever is wrong with a frame, what is behind it is not read.
final class UsageSegmentReader {
    let path: String
    private let file: any StorageFile
    private var offset = UInt64(UsageSegmentHeader.byteCount)
    private var window: [UInt8] = []
    private var windowStart: UInt64 = 0
    private var lastNext: UInt64

    init(_ part: UsageStretch.Part) throws(StorageError) {
        path = part.path
        lastNext = part.firstSequence
        file = try part.storage.open(part.path, .reading)
        guard let header = UsageSegmentHeader(try file.read(UsageSegmentHeader.byteCount, at: 0)),
            header.firstSequence == part.firstSequence
        else { throw StorageError("read", part.path, code: 0) }
    }

    /// The next frame that ends before `end`, and where it is; `nil` when there is none.
    func next(before end: UInt64) -> (frame: UsageFrame, offset: UInt64)? {
        guard let frame = frame(at: offset, before: end), frame.firstSequence >= lastNext else { return nil }
        defer {
            offset += UInt64(frame.length)
            lastNext = frame.nextSequence
        }
        return (frame, offset)
    }

    /// Whether all before `end` was read; otherwise what is there can not be.
    func isAtEnd(_ end: UInt64) -> Bool { offset >= end }

    /// The events of a frame of this file; `nil` when they cannot be read.
    func events(_ frame: UsageFrame, at place: UInt64) -> [UsageRecord.Kind]? {
        guard let bytes = bytes(frame.length, at: place, before: .max) else { return nil }
        return bytes.withUnsafeBytes {
            UsageEntry.all(UnsafeRawBufferPointer(rebasing: $0[UsageFrame.headerBytes...]), count: frame.count)
        }
    }

    private func frame(at place: UInt64, before end: UInt64) -> UsageFrame? {
        guard let header = bytes(UsageFrame.headerBytes, at: place, before: end),
            let length = header.withUnsafeBytes({ UsageFrame.length($0) }),
            let whole = bytes(length, at: place, before: end)
        else { return nil }
        return whole.withUnsafeBytes { UsageFrame($0) }
    }

    /// So many bytes from `place`, all before `end`.
    private func bytes(_ count: Int, at place: UInt64, before end: UInt64) -> ArraySlice<UInt8>? {
        guard place <= end, end - place >= UInt64(count) else { return nil }
        if place < windowStart || place + UInt64(count) > windowStart + UInt64(window.count) {
            guard let read = try? file.read(UsageFrame.readBytes, at: place) else { return nil }
            (window, windowStart) = (read, place)
        }
        let start = Int(place - windowStart)
        guard window.count - start >= count else { return nil }
        return window[start..<start + count]
    }
}
