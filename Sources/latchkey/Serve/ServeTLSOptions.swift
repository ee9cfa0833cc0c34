// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyModel
internal import KeyServer
internal import KeyTLS

/// What `latchkey serve` speaks TLS with, and what it may do without.
struct ServeTLSOptions: ParsableArguments {
    @Option(
        help: .init(
            "Speak TLS on every TCP address: the file with the certificate, then those between it and its authority, PEM.",
            valueName: "file"), completion: .file())
    var tlsCertificate: String?

    @Option(
        help: .init(
            "The file with the certificate's private key, PEM, for its owner only. It and the others are read again when they change.",
            valueName: "file"), completion: .file())
    var tlsKey: String?

    @Option(help: .init("The oldest version of TLS to speak: 1.3 or 1.2.", valueName: "version"))
    var tlsMinimum = TLSMinimum.tls13

    @Option(
        help: .init(
            "Want a certificate of every client, vouched for by one of the authorities in this file, PEM.",
            valueName: "file"), completion: .file())
    var tlsClientCA: String?

    @Option(
        help: .init(
            "Which client certificates speak for which callers: a file with lines of spiffe://…, dns:HOST or sha256:HEX, and a caller's id.",
            valueName: "file"), completion: .file())
    var tlsCallers: String?

    @Flag(help: "Listen beyond this machine without TLS: whoever is on the way can read tokens and secrets.")
    var acceptPlaintext = false

    @Flag(help: "Listen beyond this machine with --without-callers: whoever reaches the service may do everything.")
    var acceptWithoutCallers = false

    func validate() throws {
        if (tlsCertificate == nil) != (tlsKey == nil) {
            throw ValidationError("--tls-certificate and --tls-key go together")
        }
        if tlsCertificate == nil, tlsClientCA != nil {
            throw ValidationError("--tls-client-ca goes with --tls-certificate and --tls-key")
        }
        if tlsClientCA == nil, tlsCallers != nil {
            throw ValidationError("--tls-callers goes with --tls-client-ca: no client shows a certificate without it")
        }
    }

    /// What is read from the files; `nil` = TCP is in the clear.
    func door() throws(CommandFailure) -> TLSDoor? {
        guard let tlsCertificate, let tlsKey else { return nil }
        do throws(TLSFault) {
            return try TLSDoor(
                ServerTLS(
                    TLSPair(certificate: tlsCertificate, key: tlsKey), minimum: tlsMinimum,
                    clientAuthorities: tlsClientCA, callers: tlsCallers))
        } catch {
            throw CommandFailure(error.description, hint: error.advice, status: .usage)
        }
    }

    var exposure: Exposure { Exposure(acceptsPlaintext: acceptPlaintext, acceptsAnyone: acceptWithoutCallers) }
}

extension TLSMinimum: ExpressibleByArgument {}
