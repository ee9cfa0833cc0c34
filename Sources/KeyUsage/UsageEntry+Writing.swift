// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// Writing entries, on an event loop: without allocation, and without a hold on the key's record.
extension UsageEntry {
    /// Whether it takes no more than an entry may. So it does, unless a door has let longer strings in than it may.
    @inline(__always)
    static func fits(_ question: ValidateQuestion, caller: UnsafeRawBufferPointer) -> Bool {
        question.clientIP.count <= Limits.clientIPBytes && question.httpMethod.count <= Limits.httpMethodBytes
            && question.resource.count <= Limits.resourceBytes && question.path.count <= Limits.pathBytes
            && caller.count <= Limits.journalNameBytes
    }

    /// Writes an event and returns its length. `space` holds at least `maximumBytes`.
    @inline(__always)
    static func write(
        _ question: ValidateQuestion, _ answer: ValidateAnswer, _ record: Unmanaged<PublishedKey>?, at time: Timestamp,
        epoch: UInt64, caller: UnsafeRawBufferPointer, to space: UnsafeMutableRawPointer
    ) -> Int {
        var end = fixedBytes
        put(question.clientIP, .clientIP, space, &end)
        put(question.httpMethod, .httpMethod, space, &end)
        put(question.resource, .resource, space, &end)
        put(question.path, .path, space, &end)
        put(caller, .caller, space, &end)
        if let record {
            record._withUnsafeGuaranteedRef { record in
                record.key.id.withBytes { put($0, .keyID, space, &end) }
                put(record.key.name, atMost: 4 * Limits.nameCharacters, .name, space, &end)
                put(record.key.accountID, atMost: Limits.accountIDBytes, .accountID, space, &end)
                put(record.key.userID, atMost: Limits.userIDBytes, .userID, space, &end)
            }
        } else {
            space.storeBytes(of: 0, toByteOffset: Text.keyID.place, as: UInt64.self)
        }
        return finish(
            space, end, verdict: UInt8(truncatingIfNeeded: answer.verdict.rawValue),
            flags: answer.supersededDeadline == nil ? 0 : supersededFlag, time,
            UsageID(epoch: epoch, serial: answer.usageID?.serial ?? 0), number: answer.generation)
    }

    /// Writes an outcome that is joined with nothing, and returns its length. `space` holds at least `maximumBytes`.
    /// Its caller is the only one whose event it may be joined with; empty = anyone's.
    static func write(
        _ usageID: UsageID, httpStatus: UInt16, by reporter: UnsafeRawBufferPointer, at time: Timestamp,
        to space: UnsafeMutableRawPointer
    ) -> Int {
        for text in Text.allCases { space.storeBytes(of: 0, toByteOffset: text.place, as: UInt16.self) }
        var end = fixedBytes
        put(reporter, .caller, space, &end)
        return finish(
            space, end, verdict: 0, flags: outcomeFlag, time, usageID, number: UInt32(httpStatus))
    }

    /// Writes an outcome with what filters look at, which is its event's, and returns its length. `space` holds at least
    /// `maximumBytes`.
    static func write(
        _ outcome: UnsafeRawPointer, joinedWith event: UnsafeRawPointer, to space: UnsafeMutableRawPointer
    ) -> Int {
        var (end, place) = (fixedBytes, fixedBytes)
        for text in Text.allCases {
            let bytes = UnsafeRawBufferPointer(start: event + place, count: length(of: text, event))
            place += bytes.count
            let isKept = text == .keyID || text == .accountID || text == .userID
            put(isKept ? bytes : UnsafeRawBufferPointer(start: nil, count: 0), text, space, &end)
        }
        let flags = event.loadUnaligned(fromByteOffset: 5, as: UInt8.self) & supersededFlag | outcomeFlag
        return finish(
            space, end, verdict: event.loadUnaligned(fromByteOffset: 4, as: UInt8.self), flags: flags, time(outcome),
            usageID(outcome), number: outcome.loadUnaligned(fromByteOffset: 48, as: UInt32.self))
    }

    @inline(__always)
    private static func put(
        _ bytes: UnsafeRawBufferPointer, _ text: Text, _ space: UnsafeMutableRawPointer, _ end: inout Int
    ) {
        if let start = bytes.baseAddress { (space + end).copyMemory(from: start, byteCount: bytes.count) }
        space.storeBytes(of: UInt16(truncatingIfNeeded: bytes.count), toByteOffset: text.place, as: UInt16.self)
        end += bytes.count
    }

    /// The store's own strings are no longer than they may be; whatever else comes is cut.
    @inline(__always)
    private static func put(
        _ string: String, atMost count: Int, _ text: Text, _ space: UnsafeMutableRawPointer, _ end: inout Int
    ) {
        let isPut: Void? = string.utf8.withContiguousStorageIfAvailable { bytes in
            put(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes).prefix(count)), text, space, &end)
        }
        if isPut == nil { space.storeBytes(of: 0, toByteOffset: text.place, as: UInt16.self) }
    }

    @inline(__always)
    private static func finish(
        _ space: UnsafeMutableRawPointer, _ end: Int, verdict: UInt8, flags: UInt8, _ time: Timestamp,
        _ usageID: UsageID, number: UInt32
    ) -> Int {
        space.storeBytes(of: 0, toByteOffset: end, as: UInt64.self)
        let length = (end + 7) & ~7
        space.storeBytes(of: UInt32(truncatingIfNeeded: length), as: UInt32.self)
        space.storeBytes(of: verdict, toByteOffset: 4, as: UInt8.self)
        space.storeBytes(of: flags, toByteOffset: 5, as: UInt8.self)
        space.storeBytes(of: time.nanoseconds, toByteOffset: 24, as: Int64.self)
        space.storeBytes(of: usageID.epoch, toByteOffset: 32, as: UInt64.self)
        space.storeBytes(of: usageID.serial, toByteOffset: 40, as: UInt64.self)
        space.storeBytes(of: number, toByteOffset: 48, as: UInt32.self)
        return length
    }
}
