// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyModel
package import NIOCore

/// Writes the answer to a Validate, field by field, straight into the output buffer.
///
/// The bytes are what protobuf-c would make of the same message (a test compares them); no message is built, and
/// nothing is allocated once the buffer has grown.
package enum ValidateReplyWriter {
    /// An upper bound for everything but the strings: tags, lengths, numbers, times, messages.
    private static let fixedBytes = 512

    /// Appends a whole ServerFrame, its length first. `key` is the recognised key; `nil` when none was.
    package static func write(
        id: UInt64, _ answer: ValidateAnswer, key: Unmanaged<PublishedKey>?, into buffer: inout ByteBuffer
    ) {
        guard let key = unsafe key else { return write(id: id, answer, of: nil, into: &buffer) }
        unsafe key._withUnsafeGuaranteedRef { write(id: id, answer, of: $0, into: &buffer) }
    }

    @inline(__always)
    private static func write(
        id: UInt64, _ answer: ValidateAnswer, of key: PublishedKey?, into buffer: inout ByteBuffer
    ) {
        var strings = 0
        if let key = key?.key {
            strings = key.name.utf8.count + key.accountID.utf8.count + key.userID.utf8.count
        }
        unsafe buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: fixedBytes + strings) { space in
            var frame = unsafe WireWriter(space)
            frame.skip(4)
            frame.varintField(1, id)
            frame.varintField(2, 1)
            frame.message(18, mayExceed127: true) { message in
                writeFields(answer, key: key, into: &message)
            }
            frame.patchLength()
            return frame.offset
        }
    }

    @inline(__always)
    private static func writeFields(
        _ answer: ValidateAnswer, key: PublishedKey?, into out: inout WireWriter
    ) {
        out.varintField(1, UInt64(answer.verdict.rawValue))
        if answer.verdict != .valid {
            out.textField(2, answer.verdict.message)
            out.textField(3, answer.verdict.publicMessage)
        }
        if let key = key?.key {
            unsafe key.id.withBytes { unsafe out.bytesField(4, $0) }
            out.textField(5, key.name)
            out.textField(6, key.accountID)
            out.textField(7, key.userID)
            if let expireTime = key.standing.expireTime { out.timeField(10, expireTime) }
            out.varintField(11, UInt64(answer.generation))
            if let deadline = answer.supersededDeadline {
                out.varintField(12, 1)
                out.timeField(13, deadline)
            }
            out.varintField(14, key.revision)
        }
        unsafe withUnsafeBytes(of: (answer.usageID.epoch.bigEndian, answer.usageID.serial.bigEndian)) {
            unsafe out.bytesField(15, $0)
        }
        out.varintField(16, UInt64(answer.verdict.httpStatus))
    }
}

/// Writes protobuf's wire format into memory that is known to be large enough.
@safe struct WireWriter {
    private let space: UnsafeMutableRawBufferPointer
    private(set) var offset = 0

    init(_ space: UnsafeMutableRawBufferPointer) {
        unsafe self.space = unsafe space
    }

    /// Leaves room, for `patchLength`.
    mutating func skip(_ count: Int) {
        offset += count
    }

    /// Writes how many bytes follow the first four into those four, big-endian.
    func patchLength() {
        unsafe space.storeBytes(of: UInt32(truncatingIfNeeded: offset - 4).bigEndian, as: UInt32.self)
    }

    @inline(__always)
    mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            unsafe space[offset] = UInt8(truncatingIfNeeded: rest) | 0x80
            offset += 1
            rest >>= 7
        }
        unsafe space[offset] = UInt8(truncatingIfNeeded: rest)
        offset += 1
    }

    /// A number; 0 is the default and is left out.
    @inline(__always)
    mutating func varintField(_ number: UInt64, _ value: UInt64) {
        if value == 0 { return }
        varint(number << 3)
        varint(value)
    }

    @inline(__always)
    mutating func bytesField(_ number: UInt64, _ bytes: UnsafeRawBufferPointer) {
        if unsafe bytes.isEmpty { return }
        varint(number << 3 | 2)
        varint(UInt64(bytes.count))
        unsafe UnsafeMutableRawBufferPointer(rebasing: space[offset...]).copyMemory(from: bytes)
        offset += bytes.count
    }

    @inline(__always)
    mutating func textField(_ number: UInt64, _ text: String) {
        // The model's strings are native: their bytes are there without a copy.
        _ = unsafe text.utf8.withContiguousStorageIfAvailable { unsafe bytesField(number, UnsafeRawBufferPointer($0)) }
    }

    @inline(__always)
    mutating func textField(_ number: UInt64, _ text: StaticString) {
        unsafe bytesField(number, UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// A google.protobuf.Timestamp: never longer than 127 bytes.
    mutating func timeField(_ number: UInt64, _ time: Timestamp) {
        message(number, mayExceed127: false) { inner in
            inner.varintField(1, UInt64(bitPattern: time.seconds))
            inner.varintField(2, UInt64(bitPattern: Int64(time.nanos)))
        }
    }

    /// A message. Its length is known only afterwards: one byte is kept for it, or two, one of which is given back when
    /// the message turns out to be short. At most 16,383 bytes.
    @inline(__always)
    mutating func message(_ number: UInt64, mayExceed127: Bool, _ body: (inout WireWriter) -> Void) {
        varint(number << 3 | 2)
        let begin = offset
        offset += mayExceed127 ? 2 : 1
        let content = offset
        body(&self)
        let length = offset - content
        if mayExceed127, length >= 0x80 {
            unsafe space[begin] = UInt8(truncatingIfNeeded: length) | 0x80
            unsafe space[begin + 1] = UInt8(truncatingIfNeeded: length >> 7)
        } else {
            unsafe space[begin] = UInt8(truncatingIfNeeded: length)
            if mayExceed127 {
                let moved = unsafe UnsafeRawBufferPointer(rebasing: space[content..<offset])
                unsafe UnsafeMutableRawBufferPointer(rebasing: space[(begin + 1)...]).copyMemory(from: moved)
                offset -= 1
            }
        }
    }
}
