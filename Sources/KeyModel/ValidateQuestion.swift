// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// A Validate as the server reads it: in place, in the memory of the frame it came in.
///
/// Every pointer is valid only during the call that it is passed to. The strings have been checked to be UTF-8
/// without NUL and to be within their lengths.
public struct ValidateQuestion {
    /// The whole token, as presented; any bytes.
    public var secret: UnsafeRawBufferPointer
    public var clientIP: UnsafeRawBufferPointer
    public var resource: UnsafeRawBufferPointer
    /// 0 = to be derived from `httpMethod`.
    public var action: UInt32
    public var httpMethod: UnsafeRawBufferPointer
    public var path: UnsafeRawBufferPointer

    public init(
        secret: UnsafeRawBufferPointer, clientIP: UnsafeRawBufferPointer, resource: UnsafeRawBufferPointer,
        action: UInt32, httpMethod: UnsafeRawBufferPointer, path: UnsafeRawBufferPointer
    ) {
        self.secret = secret
        self.clientIP = clientIP
        self.resource = resource
        self.action = action
        self.httpMethod = httpMethod
        self.path = path
    }
}

/// The answer to a Validate as the server makes it. `Facts` is what the store knows of the recognised key.
public struct ValidateAnswer: Sendable {
    public var verdict: Verdict
    /// Which of the key's secrets was presented; 0 = none was recognised.
    public var generation: UInt32
    /// Until when an old secret works; `nil` = the current one, or none.
    public var supersededDeadline: Timestamp?
    public var usageID: UsageID

    public init(verdict: Verdict, generation: UInt32, supersededDeadline: Timestamp?, usageID: UsageID) {
        self.verdict = verdict
        self.generation = generation
        self.supersededDeadline = supersededDeadline
        self.usageID = usageID
    }
}

/// Names one answered Validate for ReportOutcome: never reused, opaque to callers.
public struct UsageID: Sendable, Equatable {
    /// The boot that it was made in.
    public var epoch: UInt64
    /// Event loop in the upper 16 bits, a count in the lower 48.
    public var serial: UInt64

    public init(epoch: UInt64, serial: UInt64) {
        self.epoch = epoch
        self.serial = serial
    }

    /// The 16 bytes on the wire.
    public var bytes: [UInt8] {
        withUnsafeBytes(of: (epoch.bigEndian, serial.bigEndian)) { Array($0) }
    }
}
