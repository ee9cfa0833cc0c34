// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// What entries stand for.
extension UsageEntry {
    /// The entries of a frame's body; `nil` when they are not `count` whole ones.
    static func all(_ bytes: UnsafeRawBufferPointer, count: UInt64) -> [UsageRecord.Kind]? {
        guard count <= UInt64(bytes.count / fixedBytes) else { return nil }
        var found: [UsageRecord.Kind] = []
        found.reserveCapacity(Int(count))
        var offset = 0
        while offset < bytes.count {
            guard let (kind, length) = read(UnsafeRawBufferPointer(rebasing: bytes[offset...])) else { return nil }
            found.append(kind)
            offset += length
        }
        return UInt64(found.count) == count ? found : nil
    }

    /// The entry that `bytes` begins with, and its length; `nil` when there is no whole one.
    static func read(_ bytes: UnsafeRawBufferPointer) -> (UsageRecord.Kind, length: Int)? {
        guard bytes.count >= fixedBytes else { return nil }
        func number<T: FixedWidthInteger & BitwiseCopyable>(_ offset: Int, as type: T.Type) -> T {
            T(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: type))
        }
        let length = Int(number(0, as: UInt32.self))
        let lengths = Text.allCases.map { Int(number($0.place, as: UInt16.self)) }
        guard length > 0, length <= bytes.count, length % 8 == 0, lengths.reduce(fixedBytes, +) <= length
        else { return nil }
        var end = fixedBytes
        let texts = lengths.map { count in
            defer { end += count }
            return String(decoding: UnsafeRawBufferPointer(rebasing: bytes[end..<end + count]), as: UTF8.self)
        }
        func text(_ text: Text) -> String { texts[text.rawValue] }
        let verdict = Verdict(rawValue: UInt32(bytes[4]))
        let superseded = bytes[5] & supersededFlag != 0
        let time = Timestamp(nanoseconds: number(24, as: Int64.self))
        let usageID = UsageID(epoch: number(32, as: UInt64.self), serial: number(40, as: UInt64.self)).bytes
        if bytes[5] & outcomeFlag != 0 {
            let outcome = UsageOutcome(
                usageID: usageID, httpStatus: number(48, as: UInt32.self), time: time, keyID: text(.keyID),
                accountID: text(.accountID), userID: text(.userID), verdict: verdict, superseded: superseded)
            return (.outcome(outcome), length)
        }
        let event = UsageEvent(
            time: time, verdict: verdict, keyID: text(.keyID), name: text(.name), accountID: text(.accountID),
            userID: text(.userID), clientIP: text(.clientIP), httpMethod: text(.httpMethod), path: text(.path),
            resource: text(.resource), httpStatus: verdict == .valid ? 0 : verdict?.httpStatus ?? 0,
            generation: number(48, as: UInt32.self), superseded: superseded,
            message: verdict.map { "\($0.message)" } ?? "", usageID: usageID, caller: text(.caller))
        return (.event(event), length)
    }
}
