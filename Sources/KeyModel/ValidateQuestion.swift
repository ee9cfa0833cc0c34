// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// A Validate as the server reads it: in place, in the memory of the frame it came in.
///
/// Every pointer is valid only during the call that it is passed to. The strings have been checked to be UTF-8
/// without NUL and to be within their lengths.
///
/// It is copied from hand to hand on the hot path, in one piece as long as whatever holds it has at most 128 bytes: so
/// lengths have 32 bits, which no frame exceeds, and the address is in two halves.
public struct ValidateQuestion {
    @usableFromInline let secretStart: UnsafeRawPointer?
    @usableFromInline let clientIPStart: UnsafeRawPointer?
    @usableFromInline let resourceStart: UnsafeRawPointer?
    @usableFromInline let methodStart: UnsafeRawPointer?
    @usableFromInline let pathStart: UnsafeRawPointer?
    @usableFromInline let secretCount: UInt32
    @usableFromInline let clientIPCount: UInt32
    @usableFromInline let resourceCount: UInt32
    @usableFromInline let methodCount: UInt32
    @usableFromInline let pathCount: UInt32
    /// 0 = to be derived from `httpMethod`.
    public let action: UInt32
    /// No older state may answer.
    public let minRevision: UInt64
    private let addressHigh: UInt64
    private let addressLow: UInt64
    /// The fields of the resource that are asked for.
    public let fields: AskedFields
    private let hasAddress: Bool
    /// Name everything that would deny; count, consume and log nothing.
    public let explain: Bool

    public init(
        secret: UnsafeRawBufferPointer, clientIP: UnsafeRawBufferPointer, resource: UnsafeRawBufferPointer,
        action: UInt32, httpMethod: UnsafeRawBufferPointer, path: UnsafeRawBufferPointer,
        clientAddress: UInt128? = nil, fields: AskedFields = AskedFields(), minRevision: UInt64 = 0,
        explain: Bool = false
    ) {
        (secretStart, secretCount) = (secret.baseAddress, UInt32(clamping: secret.count))
        (clientIPStart, clientIPCount) = (clientIP.baseAddress, UInt32(clamping: clientIP.count))
        (resourceStart, resourceCount) = (resource.baseAddress, UInt32(clamping: resource.count))
        (methodStart, methodCount) = (httpMethod.baseAddress, UInt32(clamping: httpMethod.count))
        (pathStart, pathCount) = (path.baseAddress, UInt32(clamping: path.count))
        self.action = action
        self.fields = fields
        self.minRevision = minRevision
        hasAddress = clientAddress != nil
        addressHigh = UInt64(truncatingIfNeeded: (clientAddress ?? 0) >> 64)
        addressLow = UInt64(truncatingIfNeeded: clientAddress ?? 0)
        self.explain = explain
    }

    /// The whole token, as presented; any bytes.
    @inlinable public var secret: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: secretStart, count: Int(secretCount))
    }
    @inlinable public var clientIP: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: clientIPStart, count: Int(clientIPCount))
    }
    @inlinable public var resource: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: resourceStart, count: Int(resourceCount))
    }
    @inlinable public var httpMethod: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: methodStart, count: Int(methodCount))
    }
    @inlinable public var path: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: pathStart, count: Int(pathCount))
    }

    /// `clientIP` as a number; `nil` = it is empty.
    public var clientAddress: UInt128? {
        hasAddress ? UInt128(addressHigh) << 64 | UInt128(addressLow) : nil
    }

    /// What is being done: the action, or what the HTTP method stands for; `nil` = neither says it.
    public var wantedAction: Action? {
        if action != 0 { return Action(rawValue: action) }
        // The method as a number: its bytes, at most 8, the first in the lowest.
        guard (1...8).contains(httpMethod.count) else { return nil }
        var word: UInt64 = 0
        for index in 0..<httpMethod.count { word |= UInt64(httpMethod[index]) << UInt64(8 * index) }
        switch word {
        case 0x54_4547, 0x4441_4548: return .read  // GET, HEAD
        case 0x5453_4F50: return .create  // POST
        case 0x54_5550, 0x48_4354_4150: return .update  // PUT, PATCH
        case 0x4554_454C_4544: return .delete  // DELETE
        default: return nil
        }
    }
}

/// Names of fields as protobuf-c has them: C strings, which have been checked. Valid as long as the question is.
public struct AskedFields {
    private let strings: UnsafePointer<UnsafeMutablePointer<CChar>?>?
    private let length: UInt32

    public var count: Int { Int(length) }

    public init(_ strings: UnsafePointer<UnsafeMutablePointer<CChar>?>? = nil, count: Int = 0) {
        self.strings = strings
        length = strings == nil ? 0 : UInt32(clamping: count)
    }

    public subscript(index: Int) -> UnsafeRawBufferPointer {
        guard let start = strings?[index] else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        var length = 0
        while start[length] != 0 { length += 1 }
        return UnsafeRawBufferPointer(start: start, count: length)
    }
}

/// The answer to a Validate as the server makes it, beside what the recognised key's record says.
public struct ValidateAnswer: Sendable {
    public var verdict: Verdict
    /// Which of the key's secrets was presented; 0 = none was recognised.
    public var generation: UInt32
    /// Until when an old secret works; `nil` = the current one, or none.
    public var supersededDeadline: Timestamp?
    /// `nil` = it was only explained, and is not in the usage log.
    public var usageID: UsageID?
    /// What the grants say of the resource and action.
    public var coverage: Coverage
    /// When the rate limit lets the next one through.
    public var retryAfter: TimeSpan?
    /// Everything that would deny, for `explain`; otherwise empty.
    public var denials: VerdictSet

    public init(
        verdict: Verdict, generation: UInt32, supersededDeadline: Timestamp?, usageID: UsageID?,
        coverage: Coverage = Coverage(), retryAfter: TimeSpan? = nil, denials: VerdictSet = []
    ) {
        self.verdict = verdict
        self.generation = generation
        self.supersededDeadline = supersededDeadline
        self.usageID = usageID
        self.coverage = coverage
        self.retryAfter = retryAfter
        self.denials = denials
    }
}

extension ValidateAnswer {
    /// Of one that is no key's token, as too many before it were: in a batch.
    public static func tooManyFailures(_ retryAfter: TimeSpan) -> ValidateAnswer {
        ValidateAnswer(
            verdict: .rateLimited, generation: 0, supersededDeadline: nil, usageID: nil, retryAfter: retryAfter)
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

    public static let byteCount = 16

    /// From the 16 bytes on the wire; `nil` for another number of them.
    public init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count == Self.byteCount else { return nil }
        epoch = UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self))
        serial = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    }

    /// The loop that made it.
    public var loop: Int { Int(serial >> 48) }

    /// The 16 bytes on the wire.
    public var bytes: [UInt8] {
        withUnsafeBytes(of: (epoch.bigEndian, serial.bigEndian)) { Array($0) }
    }
}
