// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// How often something was refused because of a limit, by what the refused are told.
package final class RefusalCounts: Sendable {
    /// What is counted.
    package enum Kind: Int, Sendable, CaseIterable {
        case connections, peerConnections, withoutWord, firstFrame, frame, idle, slowReader, calls, validates
        case authorizations, guesses, acceptFailures, handshake, tls

        /// As the log names it.
        package var name: String {
            switch self {
            case .connections: "too_many_connections"
            case .peerConnections: "too_many_peer_connections"
            case .withoutWord: "closed_without_a_word"
            case .firstFrame: "first_frame_timeout"
            case .frame: "frame_timeout"
            case .idle: "idle_timeout"
            case .slowReader: "slow_reader"
            case .calls: "calls_shed"
            case .validates: "validates_shed"
            case .authorizations: "failed_authorizations_refused"
            case .guesses: "failed_validates_refused"
            case .acceptFailures: "accept_failures"
            case .handshake: "handshake_timeout"
            case .tls: "tls_refused"
            }
        }
    }

    /// One word each: they are added to far less often than anything is answered.
    private let counts = Mutex([UInt64](repeating: 0, count: Kind.allCases.count))

    package init() {}

    package func add(_ kind: Kind, _ count: UInt64 = 1) {
        counts.withLock { $0[kind.rawValue] &+= count }
    }

    package subscript(kind: Kind) -> UInt64 { counts.withLock { $0[kind.rawValue] } }

    /// All of them, in the order of the kinds.
    package var all: [UInt64] { counts.withLock { $0 } }
}
