// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Foundation
package import KeyTLS

/// A certificate authority of one test, made by the openssl command line, with whatever certificates the test wants.
package struct TestAuthority: Sendable {
    /// What a certificate may be used for.
    package enum Purpose: String, Sendable {
        case server = "serverAuth"
        case client = "clientAuth"
    }

    private let directory: TemporaryDirectory
    private let name: String
    private let key: String

    /// - Parameter directory: Where its files go, and those of its certificates.
    package init(_ directory: TemporaryDirectory, name: String = "ca") throws {
        self.directory = directory
        self.name = name
        key = directory.path("\(name).key")
        try Self.run(
            ["req", "-x509"] + Self.newKey + [
                "-keyout", key, "-out", directory.path("\(name).pem"), "-subj", "/CN=\(name)", "-days", "2",
                "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign",
            ])
        // Whatever files are made with here: one that others may write is not believed.
        chmod(certificate, 0o644)
    }

    /// Its own certificate.
    package var certificate: String { directory.path("\(name).pem") }

    /// Makes a certificate that it vouches for.
    ///
    /// - Parameters:
    ///   - name: What its files are called.
    ///   - alternatives: What it is for, as openssl writes it: DNS:localhost, IP:127.0.0.1, URI:spiffe://….
    ///   - purpose: `nil` = anything.
    ///   - isExpired: It ended yesterday.
    ///   - algorithm: Of its key, as openssl names it; `nil` = ECDSA.
    package func issue(
        _ name: String, _ alternatives: [String], for purpose: Purpose?, isExpired: Bool = false,
        algorithm: String? = nil
    ) throws -> TLSPair {
        let pair = TLSPair(certificate: directory.path("\(name).pem"), key: directory.path("\(name).key"))
        let (request, extensions) = (directory.path("\(name).csr"), directory.path("\(name).ext"))
        var lines = ["basicConstraints=critical,CA:FALSE"]
        if !alternatives.isEmpty { lines.append("subjectAltName=" + alternatives.joined(separator: ",")) }
        if let purpose { lines.append("extendedKeyUsage=\(purpose.rawValue)") }
        try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: extensions))
        let newKey = algorithm.map { ["-newkey", $0, "-nodes"] } ?? Self.newKey
        try Self.run(["req", "-new"] + newKey + ["-keyout", pair.key, "-out", request, "-subj", "/CN=\(name)"])
        try Self.run([
            "x509", "-req", "-in", request, "-CA", certificate, "-CAkey", key, "-CAcreateserial", "-extfile",
            extensions, "-days", isExpired ? "-1" : "2", "-out", pair.certificate,
        ])
        return pair
    }

    private static let newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]

    /// Why openssl has not done what it should.
    package struct Failure: Error {
        let arguments: [String]
    }

    private static func run(_ arguments: [String]) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for descriptor in CInt(0)...2 {
            posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
        }
        let words = ["openssl"] + arguments
        var argv: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        // It would look for a home, and for its settings, in the environment.
        var envp: [UnsafeMutablePointer<CChar>?] = [strdup("PATH=/usr/bin:/bin"), nil]
        defer { for text in argv + envp { free(text) } }
        var process = pid_t()
        var status: CInt = 0
        guard posix_spawn(&process, "/usr/bin/openssl", &actions, nil, &argv, &envp) == 0,
            waitpid(process, &status, 0) == process, status == 0
        else { throw Failure(arguments: arguments) }
    }
}
