// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyJournal

extension CommandFailure {
    /// What a tool says that met something wrong with the store in `directory`.
    init(_ error: JournalError, in directory: String) {
        switch error {
        case .corrupt(let file, let offset, let what, _):
            self.init(
                "\(file) at offset \(offset): \(what)",
                hint: "nothing was changed; `latchkey data verify \(directory)` says what is left", status: .refused)
        case .refused(let refusal):
            self.init("\(refusal.file): \(refusal.what)", hint: refusal.advice, status: ExitStatus(refusal.reason))
        case .storage, .writeFailed, .entryTooLarge, .outOfSequence, .notDurable, .stopped, .crypto:
            self.init("\(error)", status: .internal)
        }
    }
}

extension ExitStatus {
    fileprivate init(_ reason: StartRefusal.Reason) {
        self =
            switch reason {
            case .notADirectory, .storeMissing, .notEmpty, .keyInside: .usage
            case .locked, .diskFull: .tryAgain
            case .directoryTooOpen, .storeDamaged, .keyMissing, .keyTooOpen, .keyWrongSize, .keyWrong, .newerFormat,
                .wrongStore:
                .refused
            }
    }
}
