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
        id: UInt64, _ question: ValidateQuestion, _ answer: ValidateAnswer, key: Unmanaged<PublishedKey>?,
        into buffer: inout ByteBuffer
    ) {
        guard let key = unsafe key else { return write(id: id, question, answer, of: nil, into: &buffer) }
        unsafe key._withUnsafeGuaranteedRef { write(id: id, question, answer, of: $0, into: &buffer) }
    }

    @inline(__always)
    private static func write(
        id: UInt64, _ question: ValidateQuestion, _ answer: ValidateAnswer, of key: PublishedKey?,
        into buffer: inout ByteBuffer
    ) {
        let bound = fixedBytes + stringBytes(question, answer, of: key)
        unsafe buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: bound) { space in
            var frame = unsafe WireWriter(space)
            frame.skip(4)
            frame.varintField(1, id)
            frame.varintField(2, 1)
            frame.message(18, atMost: bound) { message in
                writeFields(question, answer, key: key, into: &message)
            }
            frame.patchLength()
            return frame.offset
        }
    }

    /// Appends the answer as a field of the message that holds those of a batch.
    static func writeElement(
        _ question: ValidateQuestion, _ answer: ValidateAnswer, of key: PublishedKey?, into buffer: inout ByteBuffer
    ) {
        let bound = fixedBytes + stringBytes(question, answer, of: key)
        unsafe buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: bound) { space in
            var writer = unsafe WireWriter(space)
            writer.message(1, atMost: bound) { message in
                writeFields(question, answer, key: key, into: &message)
            }
            return writer.offset
        }
    }

    @inline(__always)
    private static func stringBytes(
        _ question: ValidateQuestion, _ answer: ValidateAnswer, of key: PublishedKey?
    ) -> Int {
        let rules = unsafe key?.rules
        guard let key = key?.key else { return 0 }
        var count = key.name.utf8.count + key.accountID.utf8.count + key.userID.utf8.count
        if !answer.coverage.isNothing, !answer.coverage.isEverything {
            count += unsafe rules?._withUnsafeGuaranteedRef { $0.replyBytes(answer.coverage) } ?? 0
            if deniesFields(answer) { count += question.fields.count * (Limits.fieldBytes + 4) }
        }
        return count
    }

    private static func deniesFields(_ answer: ValidateAnswer) -> Bool {
        answer.verdict == .fieldNotAllowed || answer.denials.contains(.fieldNotAllowed)
    }

    @inline(__always)
    private static func writeFields(
        _ question: ValidateQuestion, _ answer: ValidateAnswer, key: PublishedKey?, into out: inout WireWriter
    ) {
        let rules = unsafe key?.rules
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
            unsafe rules?._withUnsafeGuaranteedRef { rules in
                unsafe rules.forEachAllowedField(answer.coverage, question) { unsafe out.bytesField(8, $0) }
                if let pin = rules.versionPin { out.dateField(9, pin.version) }
            }
            if let expireTime = key.standing.expireTime { out.timeField(10, expireTime) }
            out.varintField(11, UInt64(answer.generation))
            if let deadline = answer.supersededDeadline {
                out.varintField(12, 1)
                out.timeField(13, deadline)
            }
            out.varintField(14, key.revision)
        }
        if let usageID = answer.usageID {
            unsafe withUnsafeBytes(of: (usageID.epoch.bigEndian, usageID.serial.bigEndian)) {
                unsafe out.bytesField(15, $0)
            }
        }
        out.varintField(16, UInt64(answer.verdict.httpStatus))
        if let retryAfter = answer.retryAfter { out.spanField(17, retryAfter) }
        if !answer.denials.isEmpty {
            out.message(18, atMost: 127) { inner in
                answer.denials.forEach { inner.varint(UInt64($0.rawValue)) }
            }
        }
        if let rules = key?.key.rules, deniesFields(answer) {
            for index in 0..<question.fields.count {
                let field = unsafe question.fields[index]
                if unsafe !rules.allows(field, answer.coverage, question) { unsafe out.bytesField(19, field) }
            }
        }
    }
}

/// Writes the answers of a batch as one ServerFrame, in place as `ValidateReplyWriter` does:
///
///     length (4) | id | end | tag 19 | length of what follows (3) | responses …
///
/// The second length is shortened, and what follows moved up, when all has been written.
package struct ValidateBatchWriter {
    private let id: UInt64
    private let begin: Int
    private let content: Int
    private static let lengthBytes = 3

    /// Begins a frame at the end of the buffer.
    package init(id: UInt64, into buffer: inout ByteBuffer) {
        self.id = id
        begin = buffer.writerIndex
        unsafe buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: 64) { space in
            var writer = unsafe WireWriter(space)
            writer.skip(4)
            writer.varintField(1, id)
            writer.varintField(2, 1)
            writer.varint(19 << 3 | 2)
            writer.skip(Self.lengthBytes)
            return writer.offset
        }
        content = buffer.writerIndex
    }

    /// The next answer.
    package func append(
        _ question: ValidateQuestion, _ answer: ValidateAnswer, key: Unmanaged<PublishedKey>?,
        into buffer: inout ByteBuffer
    ) {
        // What is too long already only has to be noticed.
        if buffer.writerIndex - begin > Limits.serverFrameBytes { return }
        guard let key = unsafe key else {
            return ValidateReplyWriter.writeElement(question, answer, of: nil, into: &buffer)
        }
        unsafe key._withUnsafeGuaranteedRef {
            ValidateReplyWriter.writeElement(question, answer, of: $0, into: &buffer)
        }
    }

    /// Ends the frame; one that is larger than a frame may be becomes a Status.
    package func finish(_ buffer: inout ByteBuffer) {
        let length = buffer.writerIndex - content
        let spare = Self.lengthBytes - WireWriter.varintBytes(length)
        if buffer.writerIndex - begin - 4 - spare > Limits.serverFrameBytes {
            buffer.moveWriterIndex(to: begin)
            return ServerFrame(id: id, end: true, result: .failure(.replyTooLarge)).encode(into: &buffer)
        }
        let place = content - Self.lengthBytes - buffer.readerIndex
        unsafe buffer.withUnsafeMutableReadableBytes { bytes in
            if spare > 0 {
                let moved = unsafe UnsafeRawBufferPointer(rebasing: bytes[(place + Self.lengthBytes)...])
                unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[(place + Self.lengthBytes - spare)...])
                    .copyMemory(from: moved)
            }
            var writer = unsafe WireWriter(UnsafeMutableRawBufferPointer(rebasing: bytes[place...]))
            writer.varint(UInt64(length))
        }
        buffer.moveWriterIndex(to: buffer.writerIndex - spare)
        let frame = UInt32(truncatingIfNeeded: buffer.writerIndex - begin - 4)
        buffer.setInteger(frame, at: begin)
    }
}
