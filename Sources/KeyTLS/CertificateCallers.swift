// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyModel

/// Which certificates speak for which callers, from a file with a line for each: what is in a certificate, and the id of
/// the caller's key.
///
///     # the billing service, whatever its certificate of the day
///     spiffe://example.org/billing   4nKs81LxQ0aB
///     dns:orders.example.org         7TzP02Vw9sQe
///     sha256:9f86d081884c7d659a2f…   2RkM55Ny1cJd
///
/// What counts is the first of a certificate's names that the file has, in the order of `CertificateNames`.
package struct CertificateCallers: Sendable, Equatable {
    private let callers: [String: KeyID]

    package init(_ callers: [String: KeyID] = [:]) {
        self.callers = callers
    }

    init(file path: String) throws(TLSFault) {
        try self.init(text: String(decoding: SmallFile(path).read([.ofOwner, .notWritable]), as: UTF8.self), path)
    }

    /// - Parameter path: As what is wrong with the text is to name it.
    package init(text: String, _ path: String) throws(TLSFault) {
        var callers: [String: KeyID] = [:]
        // Lines may end as an editor on another system ends them, which "\n" alone is not equal to.
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() {
            let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace)
            if words.isEmpty { continue }
            guard words.count == 2, let name = Self.name(words[0]), let id = KeyID(String(words[1])) else {
                throw TLSFault(
                    "\(path), line \(index + 1): not a certificate's name and a caller's id",
                    advice: "write spiffe://…, dns:HOST or sha256:HEX, a blank, and the id of a caller's key")
            }
            guard callers.updateValue(id, forKey: name) == nil else {
                throw TLSFault(
                    "\(path), line \(index + 1): \(name) is there twice", advice: "leave the line that is meant")
            }
        }
        self.callers = callers
    }

    /// Whom a certificate speaks for; `nil` = nobody.
    package func caller(_ certificate: CertificateNames) -> KeyID? {
        for name in certificate.names {
            if let caller = callers[name] { return caller }
        }
        return nil
    }

    /// As it is looked for; `nil` = no certificate has such a name.
    private static func name(_ text: Substring) -> String? {
        if text.hasPrefix(CertificateNames.spiffe) {
            return text.count > CertificateNames.spiffe.count ? String(text) : nil
        }
        if text.hasPrefix(CertificateNames.host) {
            let host = text.dropFirst(CertificateNames.host.count)
            return host.isEmpty ? nil : CertificateNames.name(ofHost: String(host))
        }
        guard text.hasPrefix(CertificateNames.fingerprint) else { return nil }
        // As openssl prints it, too: in capitals, with a colon behind every other digit.
        let digits = text.dropFirst(CertificateNames.fingerprint.count).lowercased().filter { $0 != ":" }
        guard digits.utf8.count == 64, digits.allSatisfy(\.isHexDigit) else { return nil }
        return CertificateNames.fingerprint + digits
    }
}
