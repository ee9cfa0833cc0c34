// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import NIOCore

/// What has come for a connection and has not been read.
struct SocketBacklog {
    /// In bytes of memory, about; and how many it may be before the peer must wait with more.
    private(set) var bytes: Int
    private var room: Int?

    /// As Linux answers SO_MEMINFO, sock_diag(7): first what the received segments take, their overhead included, and
    /// what they may.
    private typealias Memory = (UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32)

    private static let meminfo = NIOBSDSocket.Option(rawValue: 55)

    init(bytes: Int = 0, room: Int? = nil) {
        self.bytes = bytes
        self.room = room
    }

    /// As it is now; nothing of a Unix socket, where it counts for whoever sent it and is little. On the channel's event
    /// loop only.
    init(_ channel: any Channel) {
        self.init()
        guard let socket = channel as? any SocketOptionProvider else { return }
        var found: Memory?
        let memory: EventLoopFuture<Memory> = socket.unsafeGetSocketOption(level: .socket, name: Self.meminfo)
        // On its event loop the answer is there already.
        memory.assumeIsolated().whenSuccess { found = $0 }
        guard let found else { return }
        bytes = Int(found.0)
        room = Int(found.1)
    }

    /// Whether it was full, about, before so much was read: then the peer has more to send, and nobody sees how much.
    func wasFull(before bytesRead: Int) -> Bool {
        guard let room else { return false }
        return 4 * (bytes + bytesRead) >= 3 * room
    }
}
