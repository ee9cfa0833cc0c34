// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyModel

/// A record as it stands in a segment. It borrows the reader's buffer: valid only within the call it is handed to.
package struct JournalRecord {
    package let sequence: UInt64
    /// The highest sequence known to be on disk when this one was written: below `sequence`, or a mark's own.
    package let durableSequence: UInt64
    package let time: Timestamp
    package let type: RecordType
    package let isCritical: Bool
    package let callerBytes: UnsafeRawBufferPointer
    package let peerBytes: UnsafeRawBufferPointer
    package let body: UnsafeRawBufferPointer
    /// The number of the segment that it stands in, and where in it.
    package let segment: UInt64
    package let offset: Int
    let previousTag: JournalTag
    package let tag: JournalTag
    /// With everything, a multiple of 8.
    let byteCount: Int

    package var caller: String { String(decoding: callerBytes, as: UTF8.self) }
    package var peer: String { String(decoding: peerBytes, as: UTF8.self) }
}
