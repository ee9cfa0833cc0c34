// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// The PEM files that a client speaks TLS with. They are read before a connection is made, again when they have changed:
/// so certificates that last for hours may be replaced under a client that lasts for months.
///
///     let client = KeyClient(
///         .tls(host: "keys.example.org", port: 7411),
///         configuration: ClientConfiguration(
///             tls: ClientTLSFiles(authorities: "ca.pem", certificate: "me.pem", key: "me.key")))
public struct ClientTLSFiles: Sendable, Hashable {
    /// The authorities one of which has to vouch for the server; `nil` = those that this machine trusts.
    public var authorities: String?
    /// The client's certificate, and those between it and its authority; `nil` = it shows none. Goes with `key`.
    public var certificate: String?
    /// Its private key, without a passphrase, in a file for its owner only.
    public var key: String?

    public init(authorities: String? = nil, certificate: String? = nil, key: String? = nil) {
        self.authorities = authorities
        self.certificate = certificate
        self.key = key
    }
}
