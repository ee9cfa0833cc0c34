// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyJournal
internal import KeyModel

/// A stretch of the log in one file, for whoever reads it: it may be removed at any time.
struct UsageStretch: Sendable {
    let storage: any Storage
    let path: String
    let firstSequence: UInt64
    /// The sequence behind its last one.
    let nextSequence: UInt64
    /// How much of the file may be read.
    let end: UInt64
}

/// Reads a segment's frames one after the other. Whatever is wrong with a frame, what is behind it is not read.
final class UsageSegmentReader {
    let firstSequence: UInt64
    private let file: any StorageFile
    private var offset = UInt64(UsageSegmentHeader.byteCount)
    private var window: [UInt8] = []
    private var windowStart: UInt64 = 0
    private var lastNext: UInt64

    init(_ stretch: UsageStretch) throws(StorageError) {
        firstSequence = stretch.firstSequence
        lastNext = stretch.firstSequence
        file = try stretch.storage.open(stretch.path, .reading)
        guard let header = UsageSegmentHeader(try file.read(UsageSegmentHeader.byteCount, at: 0)),
            header.firstSequence == firstSequence
        else { throw StorageError("read", stretch.path, code: 0) }
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

    /// The events of a frame of this file; `nil` when they cannot be read.
    func events(_ frame: UsageFrame, at place: UInt64) -> [UsageRecord.Kind]? {
        guard let bytes = bytes(frame.length, at: place, before: .max) else { return nil }
        return bytes.withUnsafeBytes {
            StoredUsage.events(UnsafeRawBufferPointer(rebasing: $0[UsageFrame.headerBytes...]), count: frame.count)
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
