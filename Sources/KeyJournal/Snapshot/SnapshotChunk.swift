// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// One record in a snapshot. When read, it borrows the reader's buffer: valid only within the call it is handed to.
package struct SnapshotEntry {
    /// A key or an account, as in the journal.
    package let type: RecordType
    /// The sequence of the journal record that it was last changed by; 0 for one that was never written itself.
    package let revision: UInt64
    /// As in the journal.
    package let body: UnsafeRawBufferPointer

    package init(type: RecordType, revision: UInt64, body: UnsafeRawBufferPointer) {
        self.type = type
        self.revision = revision
        self.body = body
    }
}

/// A part of a snapshot that is tagged as one. Little-endian.
///
///      0  length u32          of the whole chunk, tag included
///      4  entries u32
///      8  previous tag 16     of the chunk before; zeros in the first
///     24  entries, each: length u32 of the body, type u16, zeros u16, revision u64, body
///    -16  tag 16              as a journal record's, under the snapshots subkey, for begin_seq and the file's offset
enum SnapshotChunk {
    static let headBytes = 24
    static let entryHeadBytes = 16
    static let leastBytes = headBytes + JournalTag.byteCount

    /// Walks the entries of a chunk that has been verified; `nil` when its lengths cannot be. What `visit` throws ends
    /// the walk.
    static func visit(
        _ chunk: UnsafeRawBufferPointer, _ visit: (SnapshotEntry) throws -> Void
    ) throws -> Bool {
        let end = chunk.count - JournalTag.byteCount
        var left = chunk.number(at: 4, as: UInt32.self)
        var offset = headBytes
        while left > 0 {
            guard end - offset >= entryHeadBytes else { return false }
            let length = Int(chunk.number(at: offset, as: UInt32.self))
            guard length <= end - offset - entryHeadBytes else { return false }
            let body = UnsafeRawBufferPointer(
                rebasing: chunk[(offset + entryHeadBytes)..<(offset + entryHeadBytes + length)])
            try visit(
                SnapshotEntry(
                    type: RecordType(rawValue: chunk.number(at: offset + 4, as: UInt16.self)),
                    revision: chunk.number(at: offset + 8, as: UInt64.self), body: body))
            offset += entryHeadBytes + length
            left -= 1
        }
        return offset == end
    }
}
