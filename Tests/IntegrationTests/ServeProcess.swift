// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeyClient
import KeyTesting
import Testing

/// A `latchkey serve` of its own, in a directory that outlives it.
struct ServeProcess {
    let program: Program
    let port: Int
    /// The file of the first administrator's token.
    let tokenFile: String

    /// Starts it and returns when it listens. `data` may hold a store already.
    init(
        data: String, extra: [String] = [], environment: [String: String] = [:], under command: [String] = []
    ) async throws {
        program = try Program(
            ["serve", "--data", data, "--listen", "127.0.0.1:0", "--event-loops", "2", "--log-level", "trace"]
                // That the machine has much to do is no reason to refuse anything here.
                + ["--queue-delay", "0"] + extra,
            environment: environment, under: command)
        guard let line = await program.line(containing: "\"listening\""),
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
            let address = object["address"] as? String,
            let port = address.split(separator: ":").last.flatMap({ Int($0) })
        else {
            let errors = await program.written().errors
            Issue.record("serve did not start: \(errors)")
            throw CancellationError()
        }
        self.port = port
        tokenFile = data + ".admin-token"
    }

    /// A client of the first administrator.
    ///
    /// - Parameter tokenFile: Where his token is, if not beside the data.
    func client(tokenFile: String? = nil) -> KeyClient {
        var configuration = ClientConfiguration.patient
        configuration.token = Self.token(tokenFile ?? self.tokenFile)
        return KeyClient(.tcp(host: "127.0.0.1", port: port), configuration: configuration)
    }

    /// What a command needs to call it as the first administrator.
    var arguments: [String] { ["--address", "127.0.0.1:\(port)", "--token-file", tokenFile] }

    /// The first administrator's.
    var token: String { Self.token(tokenFile) }

    private static func token(_ file: String) -> String {
        let text = try? String(contentsOfFile: file, encoding: .utf8)
        return text?.trimmingCharacters(in: .newlines) ?? ""
    }

    /// No time to finish anything.
    func kill() async {
        program.signal(SIGKILL)
        _ = await program.status()
    }

    /// As an operator stops it; its exit status.
    func stop() async -> Int32 {
        program.signal(SIGTERM)
        return await program.status()
    }
}
