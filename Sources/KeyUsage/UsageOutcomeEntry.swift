// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// A reported outcome in memory, among the events. The log joins it with its event: verdict, flags and record are that
/// one's, and zeros as long as they are not known.
///
///     0   length, 48                                     u32
///     4   the event's verdict                            u8
///     5   flags: 1 = an old secret, 2 = an outcome       u8
///     6   http_status                                    u16
///     8   the key's record, retained; 0 = none           u64
///     16  when it was reported, ns since 1970            i64
///     24  serial of the usage id                         u64
///     32  epoch of the usage id                          u64
///     40  zeros                                          u64
enum UsageOutcomeEntry {
    static let byteCount = 48

    /// Writes an entry that is joined with nothing. `space` holds at least `byteCount`.
    static func write(_ usageID: UsageID, httpStatus: UInt16, at time: Timestamp, to space: UnsafeMutableRawPointer) {
        space.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
        space.storeBytes(of: UInt32(byteCount), as: UInt32.self)
        space.storeBytes(of: UsageEntry.outcomeFlag, toByteOffset: 5, as: UInt8.self)
        space.storeBytes(of: httpStatus, toByteOffset: 6, as: UInt16.self)
        space.storeBytes(of: time.nanoseconds, toByteOffset: 16, as: Int64.self)
        space.storeBytes(of: usageID.serial, toByteOffset: 24, as: UInt64.self)
        space.storeBytes(of: usageID.epoch, toByteOffset: 32, as: UInt64.self)
    }

    /// Takes over what filters look at.
    static func join(_ entry: UnsafeMutableRawPointer, with event: UnsafeRawPointer) {
        let flags = UsageEntry.outcomeFlag | (UsageEntry.isSuperseded(event) ? UsageEntry.supersededFlag : 0)
        entry.storeBytes(of: event.load(fromByteOffset: 4, as: UInt8.self), toByteOffset: 4, as: UInt8.self)
        entry.storeBytes(of: flags, toByteOffset: 5, as: UInt8.self)
        if let record = UsageEntry.record(event) {
            entry.storeBytes(of: UInt64(UInt(bitPattern: record.retain().toOpaque())), toByteOffset: 8, as: UInt64.self)
        }
    }

    static func httpStatus(_ entry: UnsafeRawPointer) -> UInt32 {
        UInt32(entry.load(fromByteOffset: 6, as: UInt16.self))
    }

    static func usageID(_ entry: UnsafeRawPointer) -> UsageID {
        UsageID(epoch: entry.load(fromByteOffset: 32, as: UInt64.self), serial: UsageEntry.serial(entry))
    }

    static func read(_ entry: UnsafeRawPointer) -> UsageOutcome {
        let key = UsageEntry.key(entry)
        return UsageOutcome(
            usageID: usageID(entry).bytes, httpStatus: httpStatus(entry), time: UsageEntry.time(entry),
            keyID: key?.id.description ?? "", accountID: key?.accountID ?? "", userID: key?.userID ?? "",
            verdict: UsageEntry.verdict(entry), superseded: UsageEntry.isSuperseded(entry))
    }
}
