// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// What may be listened on where others than this machine's users can come: unless somebody has accepted the risk, only
/// what is encrypted and asks who is calling.
package struct Exposure: Sendable {
    /// Secrets and tokens may be readable on the way.
    package let acceptsPlaintext: Bool
    /// Whoever comes may do everything.
    package let acceptsAnyone: Bool

    package init(acceptsPlaintext: Bool = false, acceptsAnyone: Bool = false) {
        self.acceptsPlaintext = acceptsPlaintext
        self.acceptsAnyone = acceptsAnyone
    }

    /// - Parameters:
    ///   - host: An IP address, or localhost: a name would be asked of whoever answers for names.
    ///   - isEncrypted: It speaks TLS.
    ///   - asksCallers: Calls take a caller.
    package func check(_ host: String, isEncrypted: Bool, asksCallers: Bool) throws(FrameServer.StartError) {
        guard let isLoopback = Self.isLoopback(host) else {
            throw FrameServer.StartError(
                description:
                    "refusing to listen on \(host): it is no IP address. Write one; 0.0.0.0 or :: for all of them",
                isForGood: true)
        }
        if isLoopback { return }
        if !isEncrypted, !acceptsPlaintext {
            throw FrameServer.StartError(
                description: """
                    refusing to listen on \(host): tokens and secrets would be readable on the way. Give it a certificate \
                    (--tls-certificate and --tls-key), listen on 127.0.0.1, ::1 or a Unix socket, or accept it: \
                    --accept-plaintext
                    """, isForGood: true)
        }
        if !asksCallers, !acceptsAnyone {
            throw FrameServer.StartError(
                description: """
                    refusing to listen on \(host): whoever reaches it could manage every key (--without-callers). Leave \
                    that out, listen on 127.0.0.1, ::1 or a Unix socket, or accept it: --accept-without-callers
                    """, isForGood: true)
        }
    }

    /// `nil` = it is no address.
    package static func isLoopback(_ host: String) -> Bool? {
        if host == "localhost" { return true }
        // Without the zone, fe80::1%eth0.
        let bare = Array(host.utf8.prefix { $0 != UInt8(ascii: "%") })
        return bare.withUnsafeBytes { IPAddress.parse($0) }.map { IPAddress.isLoopback($0) }
    }
}
