// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyJournal

/// Says on standard error how far the reading of a store is.
final class ReadingProgress {
    private var phase: LoadProgress.Phase?
    private var progress: Progress?

    func show(_ load: LoadProgress) {
        if phase != load.phase || progress == nil {
            progress?.end()
            phase = load.phase
            progress = Progress(doing: Self.words(load.phase), total: Int(clamping: load.total))
        }
        progress?.reach(Int(clamping: load.done))
    }

    func end() {
        progress?.end()
        progress = nil
    }

    private static func words(_ phase: LoadProgress.Phase) -> String {
        switch phase {
        case .snapshot: "reading a snapshot's keys"
        case .journal: "reading the journal's segments"
        }
    }
}
