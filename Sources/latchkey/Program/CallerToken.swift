// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import KeyClient
internal import KeyJournal
internal import KeyModel

/// The token that a command speaks with.
enum CallerToken {
    /// What `serve --data ./latchkey-data` makes here, then what a package's service makes.
    private static let files = ["./latchkey-data.admin-token", "/var/lib/latchkey/data.admin-token"]

    /// The flag's file, else the environment, else that of the administrator whom a server of this machine has made, if
    /// it is that file's owner who listens there; `nil` = none. The Unix socket shows who we are: there the last is not
    /// looked for.
    ///
    /// - Parameter mayLook: Whether the last may be looked for elsewhere.
    static func find(
        _ file: String?, for address: ServerAddress, mayLook: Bool = true
    ) throws(CommandFailure) -> String? {
        if let file { return try read(file, from: "--token-file") }
        if let token = Environment.value("LATCHKEY_TOKEN") { return try check(token, from: "LATCHKEY_TOKEN") }
        guard mayLook, let port = portHere(address) else { return nil }
        let listeners = PortOwner.users(listeningOn: port)
        for file in files {
            var found = stat()
            if stat(file, &found) == 0, listeners == [found.st_uid], let token = try? read(file, from: file) {
                return token
            }
        }
        return nil
    }

    /// Of an address of this machine.
    private static func portHere(_ address: ServerAddress) -> Int? {
        switch address {
        case .tcp(let host, let port), .tls(let host, let port):
            ["127.0.0.1", "::1", "localhost"].contains(host) ? port : nil
        case .unix: nil
        }
    }

    private static func read(_ path: String, from origin: String) throws(CommandFailure) -> String {
        let (bytes, isOpen): ([UInt8], Bool)
        do throws(StorageError) {
            let storage = PosixStorage()
            isOpen = try storage.status(path)?.isOpenToOthers ?? false
            bytes = try storage.open(path, .reading).read(Limits.tokenFileBytes, at: 0)
        } catch {
            throw CommandFailure("\(origin): \(error)", hint: "name the file that holds the token", status: .usage)
        }
        if isOpen {
            throw CommandFailure(
                "\(path): others than its owner may read this token", hint: "run: chmod 600 \(path)", status: .usage)
        }
        let text = String(decoding: bytes, as: UTF8.self)
        return try check(String(text.prefix { !$0.isNewline }), from: path)
    }

    /// What is no token is not sent to anyone.
    private static func check(_ token: String, from origin: String) throws(CommandFailure) -> String {
        let isToken = Array(token.utf8).withUnsafeBytes { Token(parsing: $0) != nil }
        if isToken { return token }
        throw CommandFailure("\(origin) holds no token", hint: "put a caller's whole token there", status: .usage)
    }
}
