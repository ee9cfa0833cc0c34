// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyModel

/// What a server takes of those who connect, before it refuses. Every one can be set where it is started.
package struct ConnectionLimits: Sendable, Equatable {
    /// Connections in all.
    package var connections = Limits.connections
    /// Those of one address; of IPv6, of one /64. Unix sockets have none.
    package var connectionsPerPeer = Limits.connectionsPerPeer
    /// New connections in a second for each event loop. Unix sockets have no such bound.
    package var newConnectionsPerSecond = Limits.newConnectionsPerSecond
    /// Calls in flight on one connection: beyond it, it is not read from. At most the default.
    package var callsPerConnection = Limits.callsInFlightPerConnection
    /// Calls in flight in all.
    package var calls = Limits.callsInFlight
    /// From accepting a connection to the end of its TLS handshake.
    package var handshake = TimeSpan.milliseconds(Limits.handshakeMilliseconds)
    /// From there to its first whole frame.
    package var firstFrame = TimeSpan.milliseconds(Limits.firstFrameMilliseconds)
    /// From a frame's first byte to its last.
    package var frame = TimeSpan.milliseconds(Limits.frameMilliseconds)
    /// With nothing in flight and nothing read; zero = as long as it likes.
    package var idle = TimeSpan.milliseconds(Limits.idleMilliseconds)
    /// What may wait for a peer that does not read.
    package var slowReaderBytes = Limits.slowReaderBytes
    /// How long Validates may wait in the sockets before some are shed; zero = none ever is.
    package var queueDelay = TimeSpan.milliseconds(Limits.queueDelayMilliseconds)

    package init() {}

    /// The same, for so many descriptors: connections must not take those that the store needs for its next file.
    package func fitting(descriptors: Int) -> ConnectionLimits {
        fitting(connections: descriptors - Limits.otherFileDescriptors)
    }

    /// The same, for so many bytes of memory: connections may take the half.
    package func fitting(memory: Int, isEncrypted: Bool) -> ConnectionLimits {
        fitting(connections: memory / 2 / (isEncrypted ? Limits.tlsConnectionBytes : Limits.connectionBytes))
    }

    private func fitting(connections most: Int) -> ConnectionLimits {
        var limits = self
        limits.connections = min(connections, max(1, most))
        return limits
    }
}
