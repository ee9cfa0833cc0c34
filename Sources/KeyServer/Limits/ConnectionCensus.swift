// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import Synchronization

/// Who is connected, over all event loops and listening sockets: counts connections in all and by address.
///
/// An address is here as long as it has a connection, so there are never more of them than connections.
final class ConnectionCensus: Sendable {
    /// What becomes of a connection.
    enum Admission: Equatable {
        case served
        /// It is told why not; others are waiting to be told, too many to wait with it.
        case refused(Refusal)
        case closed
    }

    private struct State {
        var connections = 0
        var refused = 0
        var peers: [UInt128: Int] = [:]
    }

    let limits: ConnectionLimits
    let refusals = RefusalCounts()
    private let state = Mutex(State())
    private let sockets = Atomic<Int>(0)

    init(_ limits: ConnectionLimits) {
        self.limits = limits
    }

    // MARK: Sockets

    /// Whether there are as many sockets as there may be, whatever becomes of them.
    ///
    /// - Parameter isLocal: Those who would come next are from this machine.
    func isFull(isLocal: Bool) -> Bool {
        sockets.load(ordering: .relaxed)
            >= room(isLocal: isLocal) + Limits.refusedConnections + Limits.closingConnections
    }

    /// Strangers may take all connections but these: from this machine one comes in all the same.
    private func room(isLocal: Bool) -> Int { limits.connections + (isLocal ? Limits.localConnections : 0) }

    func addSocket() { sockets.wrappingAdd(1, ordering: .relaxed) }

    func removeSocket() { sockets.wrappingSubtract(1, ordering: .relaxed) }

    // MARK: Connections

    /// Decides on a connection; `leave` is to be told when it ends, with what this said.
    func enter(_ peer: UInt128?) -> Admission {
        let (admission, kind) = state.withLock { state -> (Admission, RefusalCounts.Kind?) in
            let ofPeer = peer.map { state.peers[$0, default: 0] } ?? 0
            let refusal: Refusal
            let kind: RefusalCounts.Kind
            if state.connections >= room(isLocal: peer == nil) {
                (refusal, kind) = (.tooManyConnections, .connections)
            } else if ofPeer >= limits.connectionsPerPeer {
                (refusal, kind) = (.tooManyPeerConnections, .peerConnections)
            } else {
                state.connections += 1
                if let peer { state.peers[peer] = ofPeer + 1 }
                return (.served, nil)
            }
            if state.refused >= Limits.refusedConnections { return (.closed, .withoutWord) }
            state.refused += 1
            return (.refused(refusal), kind)
        }
        if let kind { refusals.add(kind) }
        return admission
    }

    func leave(_ peer: UInt128?, _ admission: Admission) {
        state.withLock { state in
            switch admission {
            case .closed: break
            case .refused: state.refused -= 1
            case .served:
                state.connections -= 1
                guard let peer, let count = state.peers[peer] else { return }
                state.peers[peer] = count == 1 ? nil : count - 1
            }
        }
    }

    /// How many are served, and how many addresses they have.
    var counts: (connections: Int, peers: Int) { state.withLock { ($0.connections, $0.peers.count) } }
}
