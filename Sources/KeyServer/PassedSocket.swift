// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import NIOCore

/// A listening socket that was passed to the program, as systemd does it: what it is, and that it may be served.
struct PassedSocket {
    let address: FrameServer.Address

    /// Refuses what is no listening stream socket, and what strangers can reach.
    ///
    /// - Parameter check: Throws for an address that must not be listened on.
    init(
        _ descriptor: CInt, _ check: (String) throws(FrameServer.StartError) -> Void
    ) throws(FrameServer.StartError) {
        guard Self.option(SO_ACCEPTCONN, of: descriptor) == 1,
            Self.option(SO_TYPE, of: descriptor) == CInt(SOCK_STREAM.rawValue)
        else {
            throw FrameServer.StartError(
                description: """
                    the descriptor \(descriptor) that was passed is not a stream socket that listens; in a socket unit, \
                    use ListenStream= and Accept=no
                    """, isForGood: true)
        }
        let local = Self.localAddress(of: descriptor)
        if let path = local?.pathname, !path.isEmpty {
            address = .unix(path: path)
        } else if let host = local?.ipAddress, let port = local?.port {
            try check(host)
            address = .tcp(host: host, port: port)
        } else {
            throw FrameServer.StartError(
                description: """
                    the descriptor \(descriptor) that was passed is neither a Unix socket with a path nor a TCP socket; \
                    in a socket unit, write a path or an IP address
                    """, isForGood: true)
        }
    }

    private static func option(_ name: CInt, of descriptor: CInt) -> CInt? {
        var value: CInt = 0
        var size = socklen_t(MemoryLayout<CInt>.size)
        return getsockopt(descriptor, SOL_SOCKET, name, &value, &size) == 0 ? value : nil
    }

    private static func localAddress(of descriptor: CInt) -> SocketAddress? {
        var storage = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                guard getsockname(descriptor, address, &size) == 0 else { return nil }
                switch CInt(address.pointee.sa_family) {
                case AF_UNIX:
                    return address.withMemoryRebound(to: sockaddr_un.self, capacity: 1) { SocketAddress($0.pointee) }
                case AF_INET:
                    return address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { SocketAddress($0.pointee) }
                case AF_INET6:
                    return address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { SocketAddress($0.pointee) }
                default:
                    return nil
                }
            }
        }
    }
}
