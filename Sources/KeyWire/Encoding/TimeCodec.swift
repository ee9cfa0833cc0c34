// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import CLatchkeyProto
internal import KeyModel

/// Times and spans, both ways. A time from a peer that does not fit is held to the range's ends.
enum TimeCodec {
    static func encode(_ time: Timestamp?, _ packer: Packer) -> UnsafeMutablePointer<Google__Protobuf__Timestamp>? {
        guard let time else { return nil }
        let message = unsafe packer.make(google__protobuf__timestamp__init)
        unsafe message.pointee.seconds = time.seconds
        unsafe message.pointee.nanos = time.nanos
        return unsafe message
    }

    static func encode(_ span: TimeSpan, _ packer: Packer) -> UnsafeMutablePointer<Google__Protobuf__Duration> {
        let message = unsafe packer.make(google__protobuf__duration__init)
        unsafe message.pointee.seconds = span.nanoseconds / 1_000_000_000
        unsafe message.pointee.nanos = Int32(span.nanoseconds % 1_000_000_000)
        return unsafe message
    }

    static func time(_ message: UnsafeMutablePointer<Google__Protobuf__Timestamp>?) -> Timestamp? {
        guard let message = unsafe message?.pointee else { return nil }
        return unsafe Timestamp(seconds: message.seconds, nanos: message.nanos)
            ?? Timestamp(nanoseconds: message.seconds < 0 ? .min : .max)
    }

    static func span(_ message: UnsafeMutablePointer<Google__Protobuf__Duration>?) -> TimeSpan? {
        guard let message = unsafe message?.pointee else { return nil }
        let (whole, tooLong) = unsafe message.seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, overflow) = unsafe whole.addingReportingOverflow(Int64(message.nanos))
        return unsafe TimeSpan(nanoseconds: tooLong || overflow ? (message.seconds < 0 ? .min : .max) : sum)
    }
}
