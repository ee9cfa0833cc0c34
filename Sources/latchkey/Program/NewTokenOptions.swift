// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyJournal
internal import KeyModel

/// Where a token goes that is made: to standard output, or into a file of its owner's.
struct NewTokenOptions: ParsableArguments {
    @Option(
        help: .init("Put the token into this file, for its owner only, instead of showing it.", valueName: "file"),
        completion: .file())
    var writeToken: String?

    @Flag(help: "With --write-token: instead of the file that is there.")
    var force = false

    func validate() throws {
        if force, writeToken == nil { throw ValidationError("--force is for --write-token") }
    }

    /// Makes the call, and puts the token of its reply where it is to go.
    func make(_ call: Call, _ connection: ConnectionOptions) async throws {
        guard let writeToken else {
            try connection.show(try await connection.call(call))
            return tell("Store the secret now: it cannot be shown again.", connection)
        }
        let file = TokenFile(writeToken)
        try prepare(file)
        let reply: Reply
        do {
            reply = try await connection.call(call)
        } catch {
            file.discard()
            throw error
        }
        let (shown, token) = reply.withoutSecret
        do throws(StorageError) {
            try file.write(token, replacing: force)
        } catch {
            throw CommandFailure("\(error); the token is in \(file.temporary)", status: .internal)
        }
        try connection.show(shown)
        tell("The token is in \(file.path), and nowhere else.", connection)
    }

    private func prepare(_ file: TokenFile) throws(CommandFailure) {
        let isThere: Bool
        do throws(StorageError) {
            isThere = force ? false : try file.exists()
            if !isThere { try file.prepare() }
        } catch {
            throw CommandFailure(
                "\(error)",
                hint: error.isThereAlready
                    ? "it may hold a token that is nowhere else: see what it is, and take it away" : "",
                status: .usage)
        }
        if isThere {
            throw CommandFailure(
                "\(file.path) is there already", hint: "name another file, or take its place with --force",
                status: .usage)
        }
    }

    private func tell(_ text: String, _ connection: ConnectionOptions) {
        if connection.output == .table { StandardError.write(text + "\n") }
    }
}

extension Reply {
    /// It without the token that it brings, and that token.
    fileprivate var withoutSecret: (reply: Reply, secret: String) {
        switch self {
        case .createKey(var response):
            let secret = response.secret
            response.secret = ""
            return (.createKey(response), secret)
        case .rekeyKey(var response):
            let secret = response.secret
            response.secret = ""
            return (.rekeyKey(response), secret)
        case .getKey, .listKeys, .updateKey, .retireSecrets, .revokeKey, .revokeAllKeys, .validate, .validateBatch,
            .reportOutcome, .streamUsage, .getAccount, .updateAccount, .listAccounts, .importKeys, .whoAmI, .health,
            .snapshot:
            return (self, "")
        }
    }
}
