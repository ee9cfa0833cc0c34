// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import CLatchkeyProto
internal import KeyModel

/// Times and spans, both ways. A time from a peer that does not fit is held to the range's ends.
enum TimeCodec {
    static func encode(_ time: Timestamp?, _ packer: Packer) -> UnsafeMutablePointer<Google__Protobuf__Timestamp>? {
        guard let time else { return nil }
        let message = packer.make(google__protobuf__timestamp__init)
        message.pointee.seconds = time.seconds
        message.pointee.nanos = time.nanos
        return message
    }

    static func encode(_ span: TimeSpan, _ packer: Packer) -> UnsafeMutablePointer<Google__Protobuf__Duration> {
        let message = packer.make(google__protobuf__duration__init)
        message.pointee.seconds = span.nanoseconds / 1_000_000_000
        message.pointee.nanos = Int32(span.nanoseconds % 1_000_000_000)
        return message
    }

    static func time(_ message: UnsafeMutablePointer<Google__Protobuf__Timestamp>?) -> Timestamp? {
        guard let message = message?.pointee else { return nil }
        return Timestamp(seconds: message.seconds, nanos: message.nanos)
            ?? Timestamp(nanoseconds: message.seconds < 0 ? .min : .max)
    }

    static func span(_ message: UnsafeMutablePointer<Google__Protobuf__Duration>?) -> TimeSpan? {
        guard let message = message?.pointee else { return nil }
        let (whole, tooLong) = message.seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, overflow) = whole.addingReportingOverflow(Int64(message.nanos))
        return TimeSpan(nanoseconds: tooLong || overflow ? (message.seconds < 0 ? .min : .max) : sum)
    }
}
