// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyCrypto

/// Why a store does not start, or must stop.
package enum JournalError: Error, Sendable, CustomStringConvertible {
    /// Something about the directory or its key that an operator can put right.
    case refused(StartRefusal)
    /// The journal is not what was written. Nothing has been changed on disk.
    case corrupt(file: String, offset: UInt64, what: String, advice: String)
    /// A file operation failed while starting.
    case storage(StorageError)
    /// A write or sync of the journal failed: nothing more is acknowledged, and it is never tried again.
    case writeFailed(StorageError)
    /// Caller or peer over `Limits.journalNameBytes`, or a body over `Limits.journalBodyBytes`, or a batch over a segment.
    case entryTooLarge(bytes: Int)
    /// Entries come in sequence, without gaps.
    case outOfSequence(expected: UInt64, found: UInt64)
    /// The journal is not on disk up to here yet.
    case notDurable(sequence: UInt64)
    /// It was stopped; nothing is taken any more.
    case stopped
    case crypto(CryptoError)

    package var description: String {
        switch self {
        case .refused(let refusal): refusal.description
        case .corrupt(let file, let offset, let what, let advice): "\(file) at offset \(offset): \(what). \(advice)"
        case .storage(let error): error.description
        case .writeFailed(let error): "the journal could not be written: \(error)"
        case .entryTooLarge(let bytes): "\(bytes) bytes are more than a journal record or batch may hold"
        case .outOfSequence(let expected, let found):
            "journal entry \(found) came when \(expected) was due"
        case .notDurable(let sequence): "record \(sequence) of the journal is not on disk yet"
        case .stopped: "the journal has been stopped"
        case .crypto(let error): error.description
        }
    }
}

/// A reason not to start that names a file and says what to do.
package struct StartRefusal: Sendable, Equatable, CustomStringConvertible {
    package enum Reason: Sendable, Equatable {
        case locked, notADirectory, notEmpty, directoryTooOpen, storeMissing, storeDamaged, keyMissing, keyInside
        case keyTooOpen, keyWrongSize, keyWrong, newerFormat, wrongStore, diskFull
    }

    package let reason: Reason
    package let file: String
    package let what: String
    package let advice: String

    package init(_ reason: Reason, _ file: String, _ what: String, advice: String) {
        self.reason = reason
        self.file = file
        self.what = what
        self.advice = advice
    }

    package var description: String { "\(file): \(what). \(advice)" }
}

extension JournalError {
    /// Something that a later version of this program wrote.
    static func newerFormat(_ file: String, _ what: String) -> JournalError {
        .refused(StartRefusal(.newerFormat, file, what, advice: "Start the version that wrote it, or a later one."))
    }
}

/// Runs a file operation of starting.
func starting<R: ~Copyable>(_ operation: () throws(StorageError) -> R) throws(JournalError) -> R {
    do throws(StorageError) {
        return try operation()
    } catch {
        throw .storage(error)
    }
}
