// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import KeyModel
internal import NIOCore

/// Who is at the other end of a connection, as far as the socket tells.
struct PeerIdentity: Sendable {
    /// "uid:N" on the Unix socket, "anonymous" on loopback TCP.
    var caller: String
    /// The address, or the process, it speaks from.
    var peer: String

    /// Linux's struct ucred.
    private struct Credentials {
        var pid: Int32
        var uid: UInt32
        var gid: UInt32
    }

    /// Asks the socket. Must be called on the channel's event loop.
    static func of(_ channel: any Channel) -> EventLoopFuture<PeerIdentity> {
        if case .unixDomainSocket = channel.localAddress, let options = channel as? any SocketOptionProvider {
            let credentials: EventLoopFuture<Credentials> = options.unsafeGetSocketOption(
                level: .socket, name: NIOBSDSocket.Option(rawValue: SO_PEERCRED))
            return credentials.map { PeerIdentity(caller: "uid:\($0.uid)", peer: "unix:pid=\($0.pid)") }
        }
        let address = channel.remoteAddress.map { address in
            "\(address.ipAddress ?? "unknown"):\(address.port ?? 0)"
        }
        return channel.eventLoop.makeSucceededFuture(
            PeerIdentity(caller: "anonymous", peer: address ?? "unknown"))
    }
}
