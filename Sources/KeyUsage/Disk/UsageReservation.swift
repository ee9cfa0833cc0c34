// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyJournal
internal import KeyModel

/// Which sequences may have been given: `usage/RESERVED`, synced before any of them is.
///
///     0     slot 0, for even turns
///     4096  slot 1, for odd turns
///
/// A slot:
///
///     0   "LKUSEQ01"
///     8   turn, rising with every write           u64
///     16  no sequence from here on was given      u64
///     24  CRC-32 of the bytes before              u32
///     28  zeros                                   u32
///
/// The slots are written in turn, so that one is always whole, and in place, so that a full disk does not matter.
struct UsageReservation {
    private static let magic = Array("LKUSEQ01".utf8)
    private static let slotBytes = 32
    private static let slotDistance: UInt64 = 4096

    private let storage: any Storage
    private let folder: String
    private var file: (any StorageFile)?
    private var turn: UInt64 = 0
    /// No sequence from here on was given; 0 = it is not known.
    private(set) var end: UInt64 = 0

    private var path: String { folder + "/RESERVED" }

    /// Reads what was reserved, if that is there.
    init(_ storage: any Storage, folder: String) throws(StorageError) {
        self.storage = storage
        self.folder = folder
        guard try storage.status(folder + "/RESERVED") != nil else { return }
        let file = try storage.open(folder + "/RESERVED", .writing)
        for slot in 0..<UInt64(2) {
            let bytes = try file.read(Self.slotBytes, at: slot * Self.slotDistance)
            guard let (turn, end) = Self.read(bytes), turn >= self.turn else { continue }
            (self.turn, self.end) = (turn, end)
        }
        if end > 0 { self.file = file }
    }

    /// Makes it durable that sequences before `end` may be given.
    mutating func set(_ end: UInt64) throws(StorageError) {
        let bytes = Self.slot(turn: turn + 1, end: end)
        if let file {
            // A file whose sync failed is never used again: the next time it is replaced.
            self.file = nil
            try file.write(bytes, at: (turn + 1) % 2 * Self.slotDistance)
            try file.sync()
            self.file = file
        } else {
            self.file = try made(bytes)
        }
        turn += 1
        self.end = end
    }

    private func made(_ bytes: [UInt8]) throws(StorageError) -> any StorageFile {
        let temporary = path + ".tmp"
        if try storage.status(temporary) != nil { try storage.remove(temporary) }
        let file = try storage.open(temporary, .creating(mode: 0o600))
        for slot in 0..<UInt64(2) { try file.write(bytes, at: slot * Self.slotDistance) }
        try file.fullSync()
        try storage.rename(temporary, to: path)
        try storage.syncDirectory(folder)
        return try storage.open(path, .writing)
    }

    private static func slot(turn: UInt64, end: UInt64) -> [UInt8] {
        var out = magic
        for value in [turn, end] { withUnsafeBytes(of: value.littleEndian) { out.append(contentsOf: $0) } }
        let check = out.withUnsafeBytes { CRC32.checksum($0) }
        withUnsafeBytes(of: UInt64(check).littleEndian) { out.append(contentsOf: $0) }
        return out
    }

    private static func read(_ bytes: [UInt8]) -> (turn: UInt64, end: UInt64)? {
        guard bytes.count == slotBytes, bytes.starts(with: magic) else { return nil }
        return bytes.withUnsafeBytes { raw in
            func number(_ offset: Int) -> UInt64 {
                UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            }
            guard number(24) == UInt64(CRC32.checksum(UnsafeRawBufferPointer(rebasing: raw[..<24]))), number(16) > 0,
                number(16) <= Limits.latestUsageSequence, number(8) < .max
            else { return nil }
            return (number(8), number(16))
        }
    }
}
