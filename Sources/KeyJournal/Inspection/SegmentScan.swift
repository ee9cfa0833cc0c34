// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// A segment that may be damaged anywhere. Records verify alone, at any multiple of 8, so each that is whole is found.
struct SegmentScan {
    /// What a segment is made of, in order.
    enum Part {
        case record(JournalRecord)
        /// Neither a record nor the zeros behind the last.
        case noise(offset: Int, byteCount: Int)
    }

    let file: SegmentFile
    private(set) var header: SegmentHeader?
    private(set) var headerError: JournalError?
    /// From where on it supersedes the segment before it; `nil` = there is nothing in it.
    private(set) var firstSequence: UInt64?

    init(_ file: SegmentFile, _ folder: JournalFolder) {
        self.file = file
        do throws(JournalError) {
            let found = try SegmentHeader.read(file, folder)
            (header, firstSequence) = (found, found.firstSequence)
        } catch {
            headerError = error
            var first: UInt64?
            try? read(folder) { part in
                guard first == nil, case .record(let record) = part, record.sequence < .max else { return }
                first = record.type == .mark ? record.sequence + 1 : record.sequence
            }
            firstSequence = first
        }
    }

    /// Hands on all that is in it. What is handed on is valid within the call.
    func read(_ folder: JournalFolder, _ visit: (Part) -> Void) throws(JournalError) {
        let bytes = try starting { () throws(StorageError) in
            let handle = try folder.storage.open(file.path, .reading)
            return try handle.read(Int(min(try handle.size(), UInt64(Limits.journalSegmentReadBytes))), at: 0)
        }
        bytes.withRawBytes { raw in
            let used = (min(raw.count, raw.usedCount + 7)) & ~7
            let end = raw.count - used >= 8 ? used : raw.count
            var (offset, noise) = (SegmentHeader.byteCount, SegmentHeader.byteCount)
            while offset < end {
                guard let record = try? RecordFormat.read(raw, segment: file.number, offset: offset, folder.tagger)
                else {
                    offset += 8
                    continue
                }
                if noise < offset { visit(.noise(offset: noise, byteCount: offset - noise)) }
                visit(.record(record))
                offset += record.byteCount
                noise = offset
            }
            if noise < end { visit(.noise(offset: noise, byteCount: end - noise)) }
        }
    }
}
