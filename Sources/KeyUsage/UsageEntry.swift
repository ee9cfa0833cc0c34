// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// One usage event in memory, as a lane and the log keep it. It never leaves the process. What is not said to be of
/// events only, holds for outcomes too (`UsageOutcomeEntry`), which have the same first 32 bytes.
///
///     0   length of the whole entry, a multiple of 8     u32     0 = the rest of the ring is unused
///     4   verdict                                        u8
///     5   flags: 1 = an old secret, 2 = an outcome       u8
///     6   bytes of http_method                           u16
///     8   the key's record, retained; 0 = none           u64
///     16  time, ns since 1970                            i64
///     24  serial of the usage id                         u64
///     32  generation                                     u32
///     36  bytes of resource                              u16
///     38  bytes of path                                  u16
///     40  bytes of caller                                u16
///     42  bytes of client_ip                             u16
///     44  client_ip, http_method, resource, path, caller, zeros up to a multiple of 8
enum UsageEntry {
    static let fixedBytes = 44
    /// With every string as long as it may be.
    static let maximumBytes =
        (fixedBytes + Limits.clientIPBytes + Limits.httpMethodBytes + Limits.resourceBytes + Limits.pathBytes
            + Limits.journalNameBytes + 7 + 7) & ~7

    /// Whether it takes no more than an entry may. So it does, unless a door has let longer strings in than it may.
    @inline(__always)
    static func fits(_ question: ValidateQuestion, caller: UnsafeRawBufferPointer) -> Bool {
        question.clientIP.count + question.httpMethod.count + question.resource.count + question.path.count
            + caller.count <= maximumBytes - fixedBytes - 7
    }

    static let supersededFlag: UInt8 = 1
    static let outcomeFlag: UInt8 = 2

    /// Whether it is an outcome, and no event.
    static func isOutcome(_ entry: UnsafeRawPointer) -> Bool {
        entry.load(fromByteOffset: 5, as: UInt8.self) & outcomeFlag != 0
    }

    static func isSuperseded(_ entry: UnsafeRawPointer) -> Bool {
        entry.load(fromByteOffset: 5, as: UInt8.self) & supersededFlag != 0
    }

    static func verdict(_ entry: UnsafeRawPointer) -> Verdict? {
        Verdict(rawValue: UInt32(entry.load(fromByteOffset: 4, as: UInt8.self)))
    }

    /// Of the usage id.
    static func serial(_ entry: UnsafeRawPointer) -> UInt64 { entry.load(fromByteOffset: 24, as: UInt64.self) }

    static func generation(_ entry: UnsafeRawPointer) -> UInt32 { entry.load(fromByteOffset: 32, as: UInt32.self) }

    static func length(at entry: UnsafeRawPointer) -> Int { Int(entry.load(as: UInt32.self)) }

    /// Gives up the entry's hold on the key's record.
    static func release(_ entry: UnsafeRawPointer) {
        record(entry)?.release()
    }

    /// The key's record as it was.
    static func key(_ entry: UnsafeRawPointer) -> StoredKey? {
        record(entry)?.takeUnretainedValue().key
    }

    static func time(_ entry: UnsafeRawPointer) -> Timestamp {
        Timestamp(nanoseconds: entry.load(fromByteOffset: 16, as: Int64.self))
    }

    /// Of client_ip, http_method, resource, path and caller, in the order in which they stand. An outcome has none.
    static func textLengths(_ entry: UnsafeRawPointer) -> [Int] {
        if isOutcome(entry) { return [0, 0, 0, 0, 0] }
        return [42, 6, 36, 38, 40].map { Int(entry.load(fromByteOffset: $0, as: UInt16.self)) }
    }

    /// How many entries there are in `entries`.
    static func count(_ entries: UnsafeRawBufferPointer) -> UInt64 {
        var count: UInt64 = 0
        each(entries) { _ in count += 1 }
        return count
    }

    /// Calls `body` with each of them.
    static func each(_ entries: UnsafeRawBufferPointer, _ body: (UnsafeRawPointer) -> Void) {
        guard let start = entries.baseAddress else { return }
        var offset = 0
        while offset < entries.count {
            let length = length(at: start + offset)
            body(start + offset)
            offset += length
        }
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
    static func series(_ entry: UnsafeRawPointer) -> Kind { record(entry) == nil ? .keyless : .keyed }

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

    static func record(_ entry: UnsafeRawPointer) -> Unmanaged<PublishedKey>? {
        UnsafeRawPointer(bitPattern: UInt(entry.load(fromByteOffset: 8, as: UInt64.self)))
            .map { Unmanaged.fromOpaque($0) }
    }

    /// Writes an event's entry and returns its length. `space` holds at least `maximumBytes`.
    @inline(__always)
    static func write(
        _ question: ValidateQuestion, _ answer: ValidateAnswer, _ record: Unmanaged<PublishedKey>?, at time: Timestamp,
        caller: UnsafeRawBufferPointer, to space: UnsafeMutableRawPointer
    ) -> Int {
        var end = fixedBytes
        func put(_ text: UnsafeRawBufferPointer) {
            if let start = text.baseAddress, !text.isEmpty {
                (space + end).copyMemory(from: start, byteCount: text.count)
                end += text.count
            }
        }
        put(question.clientIP)
        put(question.httpMethod)
        put(question.resource)
        put(question.path)
        put(caller)
        let length = (end + 7) & ~7
        let retained = record.map { UInt64(UInt(bitPattern: $0.retain().toOpaque())) } ?? 0
        space.storeBytes(of: UInt32(truncatingIfNeeded: length), as: UInt32.self)
        space.storeBytes(of: UInt8(truncatingIfNeeded: answer.verdict.rawValue), toByteOffset: 4, as: UInt8.self)
        space.storeBytes(of: answer.supersededDeadline == nil ? 0 : 1, toByteOffset: 5, as: UInt8.self)
        space.storeBytes(of: UInt16(truncatingIfNeeded: question.httpMethod.count), toByteOffset: 6, as: UInt16.self)
        space.storeBytes(of: UInt16(truncatingIfNeeded: question.clientIP.count), toByteOffset: 42, as: UInt16.self)
        space.storeBytes(of: retained, toByteOffset: 8, as: UInt64.self)
        space.storeBytes(of: time.nanoseconds, toByteOffset: 16, as: Int64.self)
        space.storeBytes(of: answer.usageID?.serial ?? 0, toByteOffset: 24, as: UInt64.self)
        space.storeBytes(of: answer.generation, toByteOffset: 32, as: UInt32.self)
        space.storeBytes(of: UInt16(truncatingIfNeeded: question.resource.count), toByteOffset: 36, as: UInt16.self)
        space.storeBytes(of: UInt16(truncatingIfNeeded: question.path.count), toByteOffset: 38, as: UInt16.self)
        space.storeBytes(of: UInt16(truncatingIfNeeded: caller.count), toByteOffset: 40, as: UInt16.self)
        return length
    }

    /// What an entry stands for.
    static func read(_ entry: UnsafeRawPointer, epoch: UInt64) -> UsageRecord.Kind {
        isOutcome(entry) ? .outcome(UsageOutcomeEntry.read(entry)) : .event(event(entry, epoch: epoch))
    }

    private static func event(_ entry: UnsafeRawPointer, epoch: UInt64) -> UsageEvent {
        let verdict = verdict(entry)
        let key = key(entry)
        var end = fixedBytes
        func text(_ count: Int) -> String {
            defer { end += count }
            return String(decoding: UnsafeRawBufferPointer(start: entry + end, count: count), as: UTF8.self)
        }
        let clientIP = text(Int(entry.load(fromByteOffset: 42, as: UInt16.self)))
        let httpMethod = text(Int(entry.load(fromByteOffset: 6, as: UInt16.self)))
        let resource = text(Int(entry.load(fromByteOffset: 36, as: UInt16.self)))
        let path = text(Int(entry.load(fromByteOffset: 38, as: UInt16.self)))
        let caller = text(Int(entry.load(fromByteOffset: 40, as: UInt16.self)))
        return UsageEvent(
            time: Timestamp(nanoseconds: entry.load(fromByteOffset: 16, as: Int64.self)), verdict: verdict,
            keyID: key?.id.description ?? "", name: key?.name ?? "", accountID: key?.accountID ?? "",
            userID: key?.userID ?? "", clientIP: clientIP, httpMethod: httpMethod, path: path, resource: resource,
            httpStatus: verdict == .valid ? 0 : verdict?.httpStatus ?? 0,
            generation: generation(entry),
            superseded: isSuperseded(entry),
            message: verdict.map { "\($0.message)" } ?? "",
            usageID: UsageID(epoch: epoch, serial: serial(entry)).bytes,
            caller: caller)
    }
}
