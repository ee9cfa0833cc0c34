// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import KeyModel
internal import KeyService
internal import NIOCore

extension CallerPeer {
    /// Linux's struct ucred.
    private struct Credentials {
        var pid: Int32
        var uid: UInt32
        var gid: UInt32
    }

    /// Asks the socket. Must be called on the channel's event loop.
    static func of(_ channel: any Channel, _ policy: CallerPolicy) -> EventLoopFuture<CallerPeer> {
        let open: Authority? = policy.isRequired ? nil : .administrator
        if case .unixDomainSocket = channel.localAddress, let options = channel as? any SocketOptionProvider {
            let credentials: EventLoopFuture<Credentials> = options.unsafeGetSocketOption(
                level: .socket, name: NIOBSDSocket.Option(rawValue: SO_PEERCRED))
            return credentials.map { user in
                CallerPeer(
                    name: "uid:\(user.uid)", peer: "unix:pid=\(user.pid)",
                    authority: policy.administrators.contains(user.uid) ? .administrator : open)
            }
        }
        return channel.eventLoop.makeSucceededFuture(ofTCP(channel, policy))
    }

    /// Who comes over TCP, where the socket tells nothing but an address.
    static func ofTCP(
        _ channel: any Channel, _ policy: CallerPolicy, certificate: CallerCertificate? = nil
    ) -> CallerPeer {
        let address = channel.remoteAddress
        let ip = address?.ipAddress ?? ""
        return CallerPeer(
            name: "anonymous", peer: address.map { "\(ip):\($0.port ?? 0)" } ?? "unknown", clientIP: ip,
            authority: policy.isRequired ? nil : .administrator, certificate: certificate)
    }
}
