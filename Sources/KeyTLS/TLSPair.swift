// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyCrypto
internal import KeyModel
internal import NIOSSL

/// A certificate, those that vouch for it, and its private key, each in a PEM file.
package struct TLSPair: Sendable, Hashable {
    package let certificate: String
    package let key: String

    /// - Parameters:
    ///   - certificate: The file with the certificate first, then those between it and the authority.
    ///   - key: The file of its private key, for its owner only.
    package init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }

    /// What is in the files.
    struct Loaded {
        let chain: [NIOSSLCertificate]
        let key: NIOSSLPrivateKey
        /// When the certificate ends.
        let end: Timestamp
    }

    /// - Parameter trust: What both files have to be, beside that the key is a secret.
    func load(_ trust: FileTrust = []) throws(TLSFault) -> Loaded {
        let chain = try SmallFile(certificate).certificates(trust)
        var bytes = try SmallFile(key).read(trust.union(.secret))
        defer { bytes.withUnsafeMutableBytes { cleanse($0) } }
        guard let privateKey = try? NIOSSLPrivateKey(bytes: bytes, format: .pem) else {
            throw TLSFault(
                "\(key) holds no private key that can be read",
                advice: "put PEM without a passphrase there, -----BEGIN PRIVATE KEY-----")
        }
        let end = chain.first.map { Timestamp(certificateSeconds: $0.notValidAfter) }
        return Loaded(chain: chain, key: privateKey, end: end ?? Timestamp(nanoseconds: 0))
    }

    /// Why no context could be made of what the files hold. The library takes the certificate first, and holds the key
    /// against it then.
    func fault(_ error: any Error) -> TLSFault {
        switch error as? NIOSSLError {
        case .failedToLoadPrivateKey:
            TLSFault(
                "the certificate \(certificate) and the private key \(key) do not belong together",
                advice: "name the key that the certificate was issued for")
        case .failedToLoadCertificate:
            TLSFault(
                "the certificate \(certificate) cannot be used for TLS",
                advice: "have one issued for an ECDSA or RSA key, and behind it those between it and its authority")
        default:
            TLSFault(
                "no TLS can be made of the certificate \(certificate), the private key \(key) and what belongs to them: \(error)",
                advice: "see with `openssl x509 -text` what they hold")
        }
    }
}

extension Timestamp {
    /// A time of a certificate, in seconds since 1970; one that is too far away is the furthest there is.
    init(certificateSeconds seconds: Int) {
        let (nanoseconds, overflow) = Int64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        self.init(nanoseconds: overflow ? (seconds < 0 ? .min : .max) : nanoseconds)
    }
}
