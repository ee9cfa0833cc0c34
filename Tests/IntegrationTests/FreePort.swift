// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A port of this machine that nobody listens on, for what cannot say which one it was given.
enum FreePort {
    /// The system has just given it, and gives others before it gives it again.
    static func find() -> Int {
        let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                _ = bind(descriptor, address, size)
                _ = getsockname(descriptor, address, &size)
            }
        }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
