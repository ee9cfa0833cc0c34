// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeyModel
import KeyTLS
import KeyWire
import NIOCore

@testable import latchkey

/// Somebody who comes to a TLS port, by a tool that is not ours.
struct TLSStranger: Sendable {
    enum Tool: CaseIterable {
        /// openssl s_client.
        case openssl
        /// Python's ssl module, on the system's OpenSSL too, but by other calls.
        case python
    }

    /// What it shows of itself.
    enum Certificate: String {
        case none, good, expired, foreign, forServers
    }

    let name: String
    /// What it speaks; empty = no TLS at all.
    var version = "1.3"
    var protocols = ["latchkey/1"]
    var certificate = Certificate.none
    let isAnswered: Bool

    static var call: [UInt8] {
        var bytes = ByteBuffer()
        ClientFrame(id: 1, timeoutMilliseconds: 0, content: .call(.health)).encode(into: &bytes)
        return Array(bytes.readableBytesView)
    }

    /// Makes the call, and returns whether it was answered.
    func call(_ tool: Tool, port: Int, authority: String, pair: TLSPair?) async throws -> Bool {
        let program =
            switch tool {
            case .openssl: try openssl(port, authority, pair)
            case .python: try python(port, authority, pair)
            }
        program.type(Self.call)
        if tool == .python { program.send("") }
        // Nothing but an answer to health has the server's version in it. Without one the server closes, and with the
        // connection the program ends.
        let isAnswered = await program.says(Version.text)
        program.signal(SIGKILL)
        _ = await program.status()
        return isAnswered
    }

    private func openssl(_ port: Int, _ authority: String, _ pair: TLSPair?) throws -> Program {
        var arguments = [
            "s_client", "-connect", "127.0.0.1:\(port)", "-CAfile", authority, "-verify_return_error", "-quiet",
            // Debian's openssl does not speak the old versions otherwise.
            "-tls\(version.replacing(".", with: "_"))".replacing("tls1_0", with: "tls1"), "-cipher", "ALL:@SECLEVEL=0",
        ]
        if !protocols.isEmpty { arguments += ["-alpn", protocols.joined(separator: ",")] }
        if let pair { arguments += ["-cert", pair.certificate, "-key", pair.key] }
        return try Program(arguments, program: "/usr/bin/openssl")
    }

    private func python(_ port: Int, _ authority: String, _ pair: TLSPair?) throws -> Program {
        let arguments = ["\(port)", authority, version, protocols.joined(separator: ",")]
        return try Program(
            ["-W", "ignore", "-c", Self.script] + arguments + (pair.map { [$0.certificate, $0.key] } ?? []),
            program: "/usr/bin/python3")
    }

    private static let script = """
        import socket, ssl, sys
        port, authority, version, protocols, *pair = sys.argv[1:]
        call = sys.stdin.buffer.read()
        connection = socket.create_connection(("127.0.0.1", int(port)))
        try:
            if version:
                context = ssl.create_default_context(cafile=authority)
                context.set_ciphers("ALL:@SECLEVEL=0")
                context.minimum_version = context.maximum_version = ssl.TLSVersion["TLSv" + version.replace(".", "_")]
                if protocols:
                    context.set_alpn_protocols(protocols.split(","))
                if pair:
                    context.load_cert_chain(*pair)
                connection = context.wrap_socket(connection, server_hostname="127.0.0.1")
            connection.sendall(call)
            while data := connection.recv(65536):
                sys.stdout.buffer.write(data)
                sys.stdout.buffer.flush()
        except OSError as error:
            print(error, file=sys.stderr)
        """
}
