// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import Testing

@testable import KeyServer

@Suite struct ConnectionCensusTests {
    private func census(connections: Int, perPeer: Int) -> ConnectionCensus {
        var limits = ConnectionLimits()
        limits.connections = connections
        limits.connectionsPerPeer = perPeer
        return ConnectionCensus(limits)
    }

    @Test("R13: an address has its share of connections and no more; a Unix socket has none to count")
    func perPeer() {
        let census = census(connections: 10, perPeer: 2)
        #expect(census.enter(1) == .served)
        #expect(census.enter(1) == .served)
        #expect(census.enter(1) == .refused(.tooManyPeerConnections))
        #expect(census.enter(2) == .served)
        for _ in 0..<5 { #expect(census.enter(nil) == .served) }
        census.leave(1, .served)
        #expect(census.enter(1) == .served)
        #expect(census.refusals[.peerConnections] == 1)
    }

    @Test("R13: connections over the cap are told so as long as few are; the others are closed at once")
    func cap() {
        let census = census(connections: 1, perPeer: 10)
        #expect(census.enter(1) == .served)
        for _ in 0..<Limits.refusedConnections { #expect(census.enter(1) == .refused(.tooManyConnections)) }
        #expect(census.enter(2) == .closed)
        census.leave(2, .closed)
        census.leave(1, .refused(.tooManyConnections))
        #expect(census.enter(2) == .refused(.tooManyConnections))
        #expect(census.refusals[.withoutWord] == 1)
    }

    @Test("R13: when strangers have all connections, a few from this machine come in all the same")
    func local() {
        let census = census(connections: 10, perPeer: 10)
        for _ in 0..<10 { #expect(census.enter(1) == .served) }
        #expect(census.enter(2) == .refused(.tooManyConnections))
        for _ in 0..<Limits.localConnections { #expect(census.enter(nil) == .served) }
        #expect(census.enter(nil) == .refused(.tooManyConnections))
        // Nor do they who are refused shut the door to this machine.
        let sockets = 10 + Limits.refusedConnections + Limits.closingConnections
        for _ in 0..<sockets { census.addSocket() }
        #expect(census.isFull(isLocal: false))
        #expect(!census.isFull(isLocal: true))
        for _ in 0..<Limits.localConnections { census.addSocket() }
        #expect(census.isFull(isLocal: true))
    }

    @Test("R13: when all have gone nothing of them is left")
    func empty() {
        let census = census(connections: 1_000, perPeer: 3)
        var open: [(UInt128, ConnectionCensus.Admission)] = []
        for number in 0..<5_000 { open.append((UInt128(number % 700), census.enter(UInt128(number % 700)))) }
        for (peer, admission) in open { census.leave(peer, admission) }
        #expect(census.counts == (0, 0))
    }

    @Test("R13: of IPv6 a /64 is one address")
    func network() {
        func network(_ text: String) -> UInt128? {
            Array(text.utf8).withUnsafeBytes { IPAddress.parse($0) }.map { IPAddress.network(of: $0) }
        }
        #expect(network("2001:db8::1") == network("2001:db8::ffff:1"))
        #expect(network("2001:db8::1") != network("2001:db8:0:1::1"))
        #expect(network("192.0.2.1") != network("192.0.2.2"))
        #expect(network("192.0.2.1") == network("::ffff:192.0.2.1"))
    }
}
