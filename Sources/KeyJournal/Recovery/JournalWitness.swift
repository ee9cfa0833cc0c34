// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// A file beside the journal that knows one of its records to be on disk, and the record's tag: `HEAD`, or a snapshot.
/// A journal that ends before it has lost something; one that has another record there is not the one that it knew.
struct JournalWitness: Sendable, Equatable {
    let sequence: UInt64
    let tag: JournalTag
    /// The file's path, for messages.
    let file: String
}

/// All that is known of a journal from elsewhere, and how much of it has been held against what was read.
struct JournalWitnesses: Sendable {
    private let all: [JournalWitness]
    private var next = 0

    init(_ witnesses: [JournalWitness]) {
        all = witnesses.sorted { $0.sequence < $1.sequence }
    }

    /// The highest sequence that any of them knows; 0 without any.
    var durableSequence: UInt64 { all.last?.sequence ?? 0 }

    /// Who knows that.
    var last: JournalWitness? { all.last }

    /// The one that knows record `sequence` otherwise than with this tag. Records come in order, each once.
    mutating func contradiction(_ sequence: UInt64, _ tag: JournalTag) -> JournalWitness? {
        while next < all.count, all[next].sequence <= sequence {
            let witness = all[next]
            next += 1
            if witness.sequence == sequence, witness.tag != tag { return witness }
        }
        return nil
    }
}
