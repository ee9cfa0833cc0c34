// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import KeyModel

/// Tokens in a file, one a line, that only its owner may read.
enum BenchTokenFile {
    static func write(_ tokens: BenchTokens, to path: String) throws(CommandFailure) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("write", path) }
        defer { close(descriptor) }
        // A file that was there already may have been open to others.
        guard fchmod(descriptor, 0o600) == 0 else { throw failure("write", path) }
        let bytes = tokens.bytes
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { rest in
                Glibc.write(descriptor, rest.baseAddress.map { $0 + done }, rest.count - done)
            }
            guard count >= 0 || errno == EINTR else { throw failure("write", path) }
            done += max(count, 0)
        }
    }

    static func read(_ path: String) throws(CommandFailure) -> BenchTokens {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("read", path) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure("read", path) }
            if count == 0 { break }
            bytes += chunk.prefix(count)
        }
        guard let tokens = BenchTokens(lines: bytes) else {
            throw CommandFailure("\(path) is not a list of tokens, one a line", status: .usage)
        }
        return tokens
    }

    private static func failure(_ verb: String, _ path: String) -> CommandFailure {
        let code = errno
        let words = strerror(code).map { String(cString: $0) } ?? "error \(code)"
        return CommandFailure("cannot \(verb) \(path): \(words)", status: .usage)
    }
}
