// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyTLS
internal import Synchronization

/// What a server's TCP listeners speak TLS with. Its files are read again when they have changed; what they hold then is
/// for connections that are accepted from then on.
package final class TLSDoor: Sendable {
    /// What came of looking at the files.
    package enum Look: Sendable {
        /// Nothing has changed, or it may still be changing.
        case same
        case loaded(ServerTLS.Loaded)
        /// What is there now cannot be used, and what was loaded before stays. Told once for each change.
        case refused(TLSFault)
    }

    private struct State {
        var loaded: ServerTLS.Loaded
        /// The files as of the last attempt to read them, whatever came of it.
        var tried: [FileMark?]
        /// The files as of the last look.
        var seen: [FileMark?]
    }

    private let files: ServerTLS
    private let state: Mutex<State>

    package init(_ files: ServerTLS) throws(TLSFault) {
        self.files = files
        // Before they are read: what is changed meanwhile is found by the next look.
        let marks = files.marks
        state = Mutex(State(loaded: try files.load(), tried: marks, seen: marks))
    }

    /// As it is now.
    package var loaded: ServerTLS.Loaded { state.withLock { $0.loaded } }

    /// Reads the files again if they have changed, and not since the last look: whoever replaces a pair does so one file
    /// after the other. Not for two at a time.
    package func look() -> Look {
        let marks = files.marks
        let isDue = state.withLock { state in
            defer { state.seen = marks }
            return marks != state.tried && marks == state.seen
        }
        if !isDue { return .same }
        do throws(TLSFault) {
            let loaded = try files.load()
            state.withLock { state in
                state.loaded = loaded
                state.tried = marks
            }
            return .loaded(loaded)
        } catch {
            state.withLock { $0.tried = marks }
            return .refused(error)
        }
    }
}
