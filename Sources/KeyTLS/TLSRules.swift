// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import NIOCore
internal import NIOSSL

/// The oldest version of TLS that is spoken.
package enum TLSMinimum: String, Sendable, CaseIterable {
    case tls12 = "1.2"
    case tls13 = "1.3"

    var version: TLSVersion {
        switch self {
        case .tls12: .tlsv12
        case .tls13: .tlsv13
        }
    }
}

/// What both ends of a connection hold to.
package enum TLSRules {
    /// What is spoken inside, as ALPN (RFC 7301) names it. Neither end goes on with another protocol, or with none: what
    /// is sent to one service cannot be taken for what was meant for another under the same certificate.
    package static let applicationProtocol = "latchkey/1"

    /// Of TLS 1.2: forward secrecy and authenticated encryption, and nothing else (RFC 9325, 4.2). Those of 1.3 are so
    /// anyway.
    private static let ciphers: [NIOTLSCipher] = [
        .TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, .TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        .TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, .TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        .TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, .TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    ]

    static func apply(_ minimum: TLSMinimum, to configuration: inout TLSConfiguration) {
        configuration.minimumTLSVersion = minimum.version
        configuration.cipherSuiteValues = ciphers
        configuration.applicationProtocols = [applicationProtocol]
        // There is no renegotiation and no compression: BoringSSL has neither for a server, and here nobody asks.
        configuration.renegotiationSupport = .none
        configuration.shutdownTimeout = .milliseconds(Limits.closingLingerMilliseconds)
    }
}
