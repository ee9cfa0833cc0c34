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
        /// The files as of the last attempt to read them that told what is in them.
        var tried: [FileMark?]
        /// The files as of the last look.
        var seen: [FileMark?]
        /// What could not be read then, and may be by the next look.
        var passing: TLSFault?
    }

    /// Reads the files, after what was read of them before.
    typealias Load = @Sendable (ServerTLS.Loaded?) throws(TLSFault) -> ServerTLS.Loaded

    private let files: ServerTLS
    private let load: Load
    private let state: Mutex<State>

    package convenience init(_ files: ServerTLS) throws(TLSFault) {
        try self.init(files) { before throws(TLSFault) in try files.load(after: before) }
    }

    init(_ files: ServerTLS, load: @escaping Load) throws(TLSFault) {
        self.files = files
        self.load = load
        // Before they are read: what is changed meanwhile is found by the next look.
        let marks = files.marks
        state = Mutex(State(loaded: try load(nil), tried: marks, seen: marks))
    }

    /// As it is now.
    package var loaded: ServerTLS.Loaded { state.withLock { $0.loaded } }

    /// Reads the files again if they have changed, and not since the last look: whoever replaces a pair does so one file
    /// after the other. Not for two at a time.
    package func look() -> Look {
        let marks = files.marks
        let before = state.withLock { state -> ServerTLS.Loaded? in
            defer { state.seen = marks }
            return marks != state.tried && marks == state.seen ? state.loaded : nil
        }
        guard let before else { return .same }
        do throws(TLSFault) {
            let loaded = try load(before)
            state.withLock { state in
                state.loaded = loaded
                state.tried = marks
                state.passing = nil
            }
            return .loaded(loaded)
        } catch {
            let isTold = state.withLock { state in
                // What could not be read for want of descriptors, say, is as good as before when they are there again:
                // it is tried at every look, and told of once.
                if !error.isPassing { state.tried = marks }
                defer { state.passing = error.isPassing ? error : nil }
                return error == state.passing
            }
            return isTold ? .same : .refused(error)
        }
    }
}
