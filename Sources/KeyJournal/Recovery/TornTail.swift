// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// The end of a journal that was being written when the power went.
package struct TornTail: Sendable, Equatable {
    package let file: String
    package let offset: UInt64
    package let byteCount: Int
    /// The lowest sequence that may have been in it. With strict durability none of it was ever acknowledged, unless the
    /// disk lied about a sync.
    package let firstSequence: UInt64
    /// A copy of what was cut.
    package let savedAs: String
}

extension JournalReader {
    /// Torn or corrupt: torn only if nothing after it knows what should be here to be on disk.
    func judge(_ fault: RecordFault, _ segment: SegmentFile) throws(JournalError) -> TornTail {
        let (number, path) = (segment.number, segment.path)
        if fault == .newerFlags { throw fault.error(path, end, "") }
        for offset in stride(from: end + 8, through: bytes.count - RecordFormat.leastBytes, by: 8) {
            // Cheapest first: only a record that would change the verdict is worth verifying.
            guard bytes.number(at: offset + RecordFormat.durableOffset, as: UInt64.self) >= nextSequence,
                case .success(let later) = decode(number, offset)
            else { continue }
            let due = "; record \(later.sequence) at offset \(offset) knew \(nextSequence) to be on disk"
            throw fault.error(path, end, due)
        }
        let used = max(end + 1, bytes.usedCount)
        return TornTail(
            file: path, offset: UInt64(end), byteCount: used - end, firstSequence: nextSequence,
            savedAs: try freeTornPath(number))
    }

    /// A name that no earlier torn tail has.
    private func freeTornPath(_ number: UInt64) throws(JournalError) -> String {
        let stem = "\(folder.path)/torn-\(JournalFolder.segmentName(number).dropLast(4))-\(end)"
        var path = stem + ".bin"
        var count = 1
        while try starting({ () throws(StorageError) in try folder.storage.status(path) }) != nil {
            path = "\(stem)-\(count).bin"
            count += 1
        }
        return path
    }

    /// Writes down what will be cut, durably; whole or not at all. The oldest of too many are forgotten.
    func saveTorn() throws(StorageError) {
        guard let torn = report.torn else { return }
        let storage = folder.storage
        let temporary = folder.path + "/torn.tmp"
        if try storage.status(temporary) != nil { try storage.remove(temporary) }
        let file = try storage.open(temporary, .creating(mode: 0o600))
        do throws(StorageError) {
            try file.write(UnsafeRawBufferPointer(rebasing: bytes[end..<(end + torn.byteCount)]), at: 0)
            try file.fullSync()
        } catch {
            try? storage.remove(temporary)
            throw error
        }
        try storage.rename(temporary, to: torn.savedAs)
        let saved = try storage.list(folder.path).filter { $0.hasPrefix("torn-") && $0.hasSuffix(".bin") }
        for name in saved.dropLast(Limits.journalTornTails) { try storage.remove("\(folder.path)/\(name)") }
        try storage.syncDirectory(folder.path)
    }
}

extension RecordFault {
    /// What it means where nothing excuses it.
    func error(_ path: String, _ offset: Int, _ due: String) -> JournalError {
        switch self {
        case .newerFlags: .newerFormat(path, words + " (offset \(offset))")
        case .cut, .lengths, .tag: .damaged(path, offset, words + due)
        }
    }
}
