// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// One usage event, or one outcome, in the one form that it has everywhere: an event loop writes it into its lane, and
/// from there on it is only copied, to memory and to the disk. Everything that it says stands in it: the key may have
/// another name by now, or be gone.
///
///     0   length of the whole entry, a multiple of 8      u32     0 = the rest of the ring is unused
///     4   verdict; of an outcome, its event's, 0 = gone   u8
///     5   flags: 1 = an old secret, 2 = an outcome        u8
///     6   lengths of the nine strings below               u16 each
///     24  when: answered or reported, ns since 1970       i64
///     32  usage id: epoch, serial                         u64 each
///     48  generation; of an outcome, its http_status      u32
///     52  client_ip, http_method, resource, path, caller, key_id, name, account_id, user_id; zeros up to a multiple of 8
///
/// Of the strings, an outcome has key_id, account_id and user_id, which are its event's. What belongs to no key has no
/// key_id. Little-endian.
enum UsageEntry {
    static let fixedBytes = 52
    /// With every string as long as it may be, and room for the zeros.
    static let maximumBytes =
        (fixedBytes + Limits.clientIPBytes + Limits.httpMethodBytes + Limits.resourceBytes + Limits.pathBytes
            + Limits.journalNameBytes + KeyID.length + 4 * Limits.nameCharacters + Limits.accountIDBytes
            + Limits.userIDBytes + 15) & ~7

    /// Which of the strings.
    enum Text: Int, CaseIterable {
        case clientIP, httpMethod, resource, path, caller, keyID, name, accountID, userID

        /// Where its length is.
        var place: Int { 6 + 2 * rawValue }
    }

    static let supersededFlag: UInt8 = 1
    static let outcomeFlag: UInt8 = 2

    static func length(at entry: UnsafeRawPointer) -> Int { Int(entry.loadUnaligned(as: UInt32.self)) }

    /// Whether it is an outcome, and no event.
    static func isOutcome(_ entry: UnsafeRawPointer) -> Bool {
        entry.loadUnaligned(fromByteOffset: 5, as: UInt8.self) & outcomeFlag != 0
    }

    static func time(_ entry: UnsafeRawPointer) -> Timestamp {
        Timestamp(nanoseconds: entry.loadUnaligned(fromByteOffset: 24, as: Int64.self))
    }

    static func usageID(_ entry: UnsafeRawPointer) -> UsageID {
        UsageID(epoch: entry.loadUnaligned(fromByteOffset: 32, as: UInt64.self), serial: serial(entry))
    }

    /// Of the usage id.
    static func serial(_ entry: UnsafeRawPointer) -> UInt64 { entry.loadUnaligned(fromByteOffset: 40, as: UInt64.self) }

    static func length(of text: Text, _ entry: UnsafeRawPointer) -> Int {
        Int(entry.loadUnaligned(fromByteOffset: text.place, as: UInt16.self))
    }

    static func bytes(of text: Text, _ entry: UnsafeRawPointer) -> UnsafeRawBufferPointer {
        var start = fixedBytes
        for before in Text.allCases.prefix(text.rawValue) { start += length(of: before, entry) }
        return UnsafeRawBufferPointer(start: entry + start, count: length(of: text, entry))
    }

    // MARK: Many of them

    /// How many entries there are in `entries`.
    static func count(_ entries: UnsafeRawBufferPointer) -> UInt64 {
        guard let start = entries.baseAddress else { return 0 }
        var (count, offset): (UInt64, Int) = (0, 0)
        while offset < entries.count {
            offset += length(at: start + offset)
            count += 1
        }
        return count
    }

    /// Which way an entry goes when it has left its lane.
    enum Kind {
        /// An event of a key.
        case keyed
        /// One that belongs to no key: what was presented is malformed, unknown, or not a secret of the key it names.
        case keyless
        /// An outcome that waits for its event.
        case outcome
    }

    @inline(__always)
    static func kind(_ entry: UnsafeRawPointer) -> Kind { isOutcome(entry) ? .outcome : series(entry) }

    /// The same once an outcome has been joined with its event: it goes where that went.
    @inline(__always)
    static func series(_ entry: UnsafeRawPointer) -> Kind { length(of: .keyID, entry) == 0 ? .keyless : .keyed }

    /// Calls `body` with the longest stretches of entries of one kind.
    @inline(__always)
    static func eachRun(
        _ entries: UnsafeRawBufferPointer, by kind: (UnsafeRawPointer) -> Kind,
        _ body: (UnsafeRawBufferPointer, Kind) -> Void
    ) {
        guard let start = entries.baseAddress else { return }
        var offset = 0
        while offset < entries.count {
            let first = kind(start + offset)
            var end = offset
            repeat {
                end += length(at: start + end)
            } while end < entries.count && kind(start + end) == first
            body(UnsafeRawBufferPointer(rebasing: entries[offset..<end]), first)
            offset = end
        }
    }
}
