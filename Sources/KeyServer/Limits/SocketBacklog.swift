// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import NIOCore

/// What has come for a connection and has not been read.
enum SocketBacklog {
    /// As Linux answers SO_MEMINFO, sock_diag(7): first what the received segments take, their overhead included.
    private typealias Memory = (UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32)

    private static let meminfo = NIOBSDSocket.Option(rawValue: 55)

    /// In bytes of memory, about; 0 of a Unix socket, where it counts for whoever sent it and is little. On the channel's
    /// event loop only.
    static func bytes(_ channel: any Channel) -> Int {
        guard let socket = channel as? any SocketOptionProvider else { return 0 }
        var bytes = 0
        let memory: EventLoopFuture<Memory> = socket.unsafeGetSocketOption(level: .socket, name: meminfo)
        // On its event loop the answer is there already.
        memory.assumeIsolated().whenSuccess { bytes = Int($0.0) }
        return bytes
    }
}
