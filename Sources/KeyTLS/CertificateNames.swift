// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyCrypto
package import KeyModel
package import NIOSSL

/// What a client's certificate says of whom it is, in the order in which it is looked for:
///
///     sha256:1f…                     the certificate itself: SHA-256 of its DER, in 64 hexadecimal digits
///     spiffe://example.org/billing   its URI, if it is the only one and a SPIFFE ID
///     dns:billing.example.org        each of its DNS names, in lower case, in the certificate's order
package struct CertificateNames: Sendable, Equatable {
    package let names: [String]
    /// When the certificate ends.
    package let end: Timestamp

    package init(_ names: [String], end: Timestamp) {
        self.names = names
        self.end = end
    }

    package init(_ certificate: NIOSSLCertificate) {
        var found = [Self.fingerprint(certificate)].compactMap(\.self)
        let alternatives = certificate._subjectAlternativeNames()
        // Of a certificate with more names than anybody has, none is looked at.
        if alternatives.count <= Limits.tlsCertificateNames {
            let uris = alternatives.filter { $0.nameType == .uri }
            // SPIFFE X509-SVID, section 2: one URI, or it is none.
            if uris.count == 1 { found += uris.compactMap(Self.text).filter { $0.hasPrefix(Self.spiffe) } }
            // What is no plain text is no name.
            found += alternatives.filter { $0.nameType == .dnsName }.compactMap(Self.text).map(Self.name(ofHost:))
        }
        names = found
        end = Timestamp(certificateSeconds: certificate.notValidAfter)
    }

    /// Those of the first certificate in a PEM file.
    package init(file path: String) throws(TLSFault) {
        guard let certificate = try SmallFile(path).certificates().first else {
            throw TLSFault("\(path) holds no certificate", advice: "put PEM there")
        }
        self.init(certificate)
    }

    static let spiffe = "spiffe://"
    static let host = "dns:"
    static let fingerprint = "sha256:"

    static func name(ofHost text: String) -> String { host + text.lowercased() }

    private static func fingerprint(_ certificate: NIOSSLCertificate) -> String? {
        guard let encoded = try? certificate.toDERBytes() else { return nil }
        return fingerprint
            + encoded.withUnsafeBytes { unsafe sha256($0).bytes }
            .map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// Printable ASCII without a blank, within bounds: a NUL inside a name has fooled many before.
    private static func text(_ name: _SubjectAlternativeName) -> String? {
        name.contents.withUnsafeBufferPointer { bytes in
            guard (1...Limits.tlsNameBytes).contains(bytes.count), bytes.allSatisfy({ (0x21...0x7e).contains($0) })
            else { return nil }
            return String(decoding: bytes, as: UTF8.self)
        }
    }
}
