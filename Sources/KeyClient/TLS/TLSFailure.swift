// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import NIOSSL

/// What went wrong with TLS, in words for the person who gave the address.
enum TLSFailure {
    static let closed = "the other side broke off the handshake of TLS; it may want a client certificate"
    static let otherProtocol = "what answers there speaks TLS, but not Latchkey's protocol"
    static let slow = "no end of the handshake of TLS in time"

    /// What the library's errors are told by: OpenSSL's names for them, in their text.
    private static let known: [(name: String, words: String)] = [
        (
            "CERTIFICATE_VERIFY_FAILED",
            "its certificate is vouched for by no authority that is trusted here, or has ended"
        ),
        ("WRONG_VERSION_NUMBER", "what answers there does not speak TLS"),
        ("ALERT_CERTIFICATE_REQUIRED", "it wants a client certificate"),
        ("ALERT_UNKNOWN_CA", "it does not know the authority of this client's certificate"),
        ("ALERT_CERTIFICATE_EXPIRED", "this client's certificate has ended"),
        ("ALERT_BAD_CERTIFICATE", "it does not take this client's certificate"),
        ("ALERT_CERTIFICATE_UNKNOWN", "it does not take this client's certificate"),
        ("ALERT_UNSUPPORTED_CERTIFICATE", "this client's certificate is not one for clients"),
        ("ALERT_PROTOCOL_VERSION", "it speaks no version of TLS that is spoken here"),
        ("ALERT_NO_APPLICATION_PROTOCOL", otherProtocol),
        ("EOF during handshake", closed),
    ]

    static func words(for error: any Error) -> String {
        if let extra = error as? NIOSSLExtraError, extra == .failedToValidateHostname {
            return "its certificate is for another name or address"
        }
        if case .uncleanShutdown? = error as? NIOSSLError { return "the other side broke it off" }
        let text = String(describing: error)
        return known.first { text.contains($0.name) }?.words ?? "TLS failed: \(text)"
    }
}
