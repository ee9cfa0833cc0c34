// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import NIOCore

/// What limits on those who connect tell them apart by: an IPv4 address, or the /64 of an IPv6 address, which is what one
/// customer of a network gets at least. `nil` for a Unix socket.
enum PeerAddress {
    static func of(_ address: SocketAddress?) -> UInt128? {
        address?.ipAddress.flatMap { IPAddress.network(ofText: $0) }
    }
}
