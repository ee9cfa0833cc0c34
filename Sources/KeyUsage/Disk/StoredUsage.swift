// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// One event in a segment, or one outcome. Everything that it says stands in it: the key may have another name by now, or
/// be gone.
///
///     0   length of the whole entry, a multiple of 8      u32
///     4   verdict; of an outcome, its event's, 0 = gone   u8
///     5   flags: 1 = an old secret, 2 = an outcome        u8
///     6   lengths of the nine strings below               u16 each
///     24  when: answered or reported, ns since 1970       i64
///     32  usage id: epoch, serial                         u64 each
///     48  generation; of an outcome, its http_status      u32
///     52  client_ip, http_method, resource, path, caller, key_id, name, account_id, user_id; zeros up to a multiple of 8
///
/// Of the strings, an outcome has key_id, account_id and user_id, which are its event's.
/// Little-endian.
enum StoredUsage {
    static let fixedBytes = 52
    static let strings = 9

    /// Appends what an entry of memory stands for.
    static func append(_ entry: UnsafeRawPointer, epoch: UInt64, to out: inout [UInt8]) {
        let start = out.count
        let isOutcome = UsageEntry.isOutcome(entry)
        out.append(contentsOf: repeatElement(0, count: fixedBytes))
        var end = UsageEntry.fixedBytes
        var index = 0
        func note(_ length: Int) {
            put(UInt16(truncatingIfNeeded: length), start + 6 + 2 * index, &out)
            index += 1
        }
        for count in UsageEntry.textLengths(entry) {
            out.append(contentsOf: UnsafeRawBufferPointer(start: entry + end, count: count))
            end += count
            note(count)
        }
        if let key = UsageEntry.key(entry) {
            key.id.withBytes { out.append(contentsOf: $0) }
            note(out.count - start - fixedBytes - (end - UsageEntry.fixedBytes))
            for text in [isOutcome ? "" : key.name, key.accountID, key.userID] {
                let before = out.count
                out.append(contentsOf: text.utf8.prefix(Int(UInt16.max)))
                note(out.count - before)
            }
        }
        out.append(contentsOf: repeatElement(0, count: -(out.count - start) & 7))
        put(UInt32(truncatingIfNeeded: out.count - start), start, &out)
        out[start + 4] = entry.load(fromByteOffset: 4, as: UInt8.self)
        out[start + 5] = entry.load(fromByteOffset: 5, as: UInt8.self)
        put(UsageEntry.time(entry).nanoseconds, start + 24, &out)
        put(isOutcome ? UsageOutcomeEntry.usageID(entry).epoch : epoch, start + 32, &out)
        put(UsageEntry.serial(entry), start + 40, &out)
        let number = isOutcome ? UsageOutcomeEntry.httpStatus(entry) : UsageEntry.generation(entry)
        put(number, start + 48, &out)
    }

    /// The entries of a frame's body; `nil` when they are not `count` whole ones.
    static func events(_ bytes: UnsafeRawBufferPointer, count: UInt64) -> [UsageRecord.Kind]? {
        guard count <= UInt64(bytes.count / fixedBytes) else { return nil }
        var events: [UsageRecord.Kind] = []
        events.reserveCapacity(Int(count))
        var offset = 0
        while offset < bytes.count {
            guard let (event, length) = entry(UnsafeRawBufferPointer(rebasing: bytes[offset...])) else { return nil }
            events.append(event)
            offset += length
        }
        return UInt64(events.count) == count ? events : nil
    }

    private static func entry(_ bytes: UnsafeRawBufferPointer) -> (UsageRecord.Kind, length: Int)? {
        guard bytes.count >= fixedBytes else { return nil }
        func number<T: FixedWidthInteger>(_ offset: Int, as type: T.Type) -> T {
            T(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: type))
        }
        let length = Int(number(0, as: UInt32.self))
        let lengths = (0..<strings).map { Int(number(6 + 2 * $0, as: UInt16.self)) }
        guard length <= bytes.count, length % 8 == 0, lengths.reduce(fixedBytes, +) <= length else { return nil }
        var end = fixedBytes
        let texts = lengths.map { count in
            defer { end += count }
            return String(decoding: UnsafeRawBufferPointer(rebasing: bytes[end..<end + count]), as: UTF8.self)
        }
        let verdict = Verdict(rawValue: UInt32(bytes[4]))
        let superseded = bytes[5] & UsageEntry.supersededFlag != 0
        let time = Timestamp(nanoseconds: number(24, as: Int64.self))
        let usageID = UsageID(epoch: number(32, as: UInt64.self), serial: number(40, as: UInt64.self)).bytes
        if bytes[5] & UsageEntry.outcomeFlag != 0 {
            let outcome = UsageOutcome(
                usageID: usageID, httpStatus: number(48, as: UInt32.self), time: time, keyID: texts[5],
                accountID: texts[7], userID: texts[8], verdict: verdict, superseded: superseded)
            return (.outcome(outcome), length)
        }
        let event = UsageEvent(
            time: time, verdict: verdict, keyID: texts[5], name: texts[6], accountID: texts[7], userID: texts[8],
            clientIP: texts[0], httpMethod: texts[1],
            path: texts[3], resource: texts[2], httpStatus: verdict == .valid ? 0 : verdict?.httpStatus ?? 0,
            generation: number(48, as: UInt32.self), superseded: superseded,
            message: verdict.map { "\($0.message)" } ?? "",
            usageID: usageID, caller: texts[4])
        return (.event(event), length)
    }

    private static func put<T: FixedWidthInteger & BitwiseCopyable>(_ value: T, _ offset: Int, _ out: inout [UInt8]) {
        out.withUnsafeMutableBytes { $0.storeBytes(of: value.littleEndian, toByteOffset: offset, as: T.self) }
    }
}
