// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyClient

/// What a command speaks to a `tls://` address with.
struct ClientTLSOptions: ParsableArguments {
    @Option(
        name: .customLong("tls-ca"),
        help: .init(
            "The authorities, PEM, one of which vouches for a tls:// server; by default those that this machine trusts. Also $LATCHKEY_TLS_CA.",
            valueName: "file"), completion: .file())
    var authorities: String?

    @Option(
        name: .customLong("tls-certificate"),
        help: .init("The certificate to show the server, PEM. Also $LATCHKEY_CLIENT_CERTIFICATE.", valueName: "file"),
        completion: .file())
    var certificate: String?

    @Option(
        name: .customLong("tls-key"),
        help: .init(
            "Its private key, PEM, in a file for its owner only. Also $LATCHKEY_CLIENT_KEY.", valueName: "file"),
        completion: .file())
    var key: String?

    /// A flag, else the environment.
    func files() throws(CommandFailure) -> ClientTLSFiles {
        let files = ClientTLSFiles(
            authorities: authorities ?? Environment.value("LATCHKEY_TLS_CA"),
            certificate: certificate ?? Environment.value("LATCHKEY_CLIENT_CERTIFICATE"),
            key: key ?? Environment.value("LATCHKEY_CLIENT_KEY"))
        guard (files.certificate == nil) == (files.key == nil) else {
            throw CommandFailure(
                "a certificate and its private key go together",
                hint:
                    "give both --tls-certificate and --tls-key, or LATCHKEY_CLIENT_CERTIFICATE and LATCHKEY_CLIENT_KEY",
                status: .usage)
        }
        return files
    }

    /// As the next command has them.
    var next: [String] {
        let flags = [("--tls-ca", authorities), ("--tls-certificate", certificate), ("--tls-key", key)]
        return flags.flatMap { flag, value in value.map { [flag, $0] } ?? [] }
    }
}
