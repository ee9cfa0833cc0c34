// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Glibc
internal import KeyClient
internal import KeyModel
internal import KeyWire

/// The options of every command that calls a server.
struct ConnectionOptions: ParsableArguments {
    @Option(help: "Where the server is: HOST:PORT, tls://HOST:PORT or unix:PATH. Also $LATCHKEY_ADDRESS.")
    var address: String?

    @Option(help: .init("How long a call may take. (default: 10s; a snapshot: 10m)", valueName: "time"))
    var timeout: Seconds?

    @Option(
        name: [.customShort("o", allowingJoined: true), .long],
        help: .init("How to print the result.", valueName: "format"))
    var output = OutputFormat.table

    @Option(
        help: .init("The file that holds the caller's token. Also $LATCHKEY_TOKEN.", valueName: "file"),
        completion: .file())
    var tokenFile: String?

    @OptionGroup var tls: ClientTLSOptions

    /// Makes one call on a connection of its own.
    ///
    /// - Parameters:
    ///   - call: the call.
    ///   - usualTimeout: how long it may take when `--timeout` does not say.
    func call(
        _ call: Call, usualTimeout: Duration = .milliseconds(Limits.clientTimeoutMilliseconds)
    ) async throws -> Reply {
        let client = try client()
        do {
            let reply = try await client.call(call, timeout: timeout?.duration ?? usualTimeout)
            await client.close()
            return reply
        } catch {
            await client.close()
            throw error
        }
    }

    /// A client that tells at once when the server cannot be reached.
    ///
    /// - Parameter address: Where it is; by default what the options say.
    func client(at address: ServerAddress? = nil) throws -> KeyClient {
        let address = try address ?? serverAddress()
        let timeout = timeout?.duration ?? .milliseconds(Limits.clientTimeoutMilliseconds)
        let configuration = ClientConfiguration(
            timeout: timeout, connectTimeout: min(timeout, .milliseconds(Limits.clientConnectMilliseconds)),
            waitsForConnection: false, token: try token(for: address), tls: try tls.files())
        return KeyClient(address, configuration: configuration)
    }

    /// Prints a reply as `--output` wants it.
    func show(_ reply: Reply) throws {
        switch output {
        case .table: try StandardOutput.write(RecordBlock(reply).text(for: .output))
        case .json, .ndjson: try StandardOutput.writeLine(ProtoJSON.text(reply))
        }
    }

    /// The token to speak with there; `nil` = none.
    func token(for address: ServerAddress) throws -> String? {
        // Who shows a certificate speaks for whom that is, unless he names a token.
        try CallerToken.find(tokenFile, for: address, mayLook: tls.files().certificate == nil)
    }

    /// What the next command says of the server.
    var next: [String] {
        (address.map { ["--address", $0] } ?? []) + (tokenFile.map { ["--token-file", $0] } ?? []) + tls.next
    }

    /// The flag, else the environment, else where it usually is.
    func serverAddress() throws -> ServerAddress {
        if let address { return try parse(address, from: "--address") }
        if let address = Environment.value("LATCHKEY_ADDRESS") { return try parse(address, from: "LATCHKEY_ADDRESS") }
        return DefaultAddress.address
    }

    private func parse(_ text: String, from origin: String) throws -> ServerAddress {
        guard let address = ServerAddress(text) else {
            throw CommandFailure(
                "\(origin): '\(text)' is not an address",
                hint: "write HOST:PORT, [IPV6]:PORT, tls://HOST:PORT or unix:PATH, for example 127.0.0.1:7411",
                status: .usage)
        }
        return address
    }
}
