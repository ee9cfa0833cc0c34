// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// Where a server listens.
///
///     ServerAddress("127.0.0.1:7411")
///     ServerAddress("[::1]:7411")
///     ServerAddress("tls://keys.example.org:7411")
///     ServerAddress("unix:/run/latchkey.sock")
public enum ServerAddress: Sendable, Hashable {
    /// A host name or an IP address, and a port from 1 to 65,535.
    case tcp(host: String, port: Int)
    /// Likewise, with TLS; the server's certificate has to be for this host.
    case tls(host: String, port: Int)
    /// The path of a Unix socket.
    case unix(path: String)
}

extension ServerAddress: LosslessStringConvertible {
    /// Reads `HOST:PORT`, `[IPv6]:PORT`, either with `tls://` before it, or `unix:PATH`; `nil` for anything else.
    public init?(_ text: String) {
        if text.hasPrefix("unix:") {
            let path = text.dropFirst("unix:".count)
            guard !path.isEmpty, !path.utf8.contains(0) else { return nil }
            self = .unix(path: String(path))
            return
        }
        let isSecure = text.hasPrefix(Self.secure)
        guard let (host, port) = Self.hostAndPort(text.dropFirst(isSecure ? Self.secure.count : 0)) else { return nil }
        self = isSecure ? .tls(host: host, port: port) : .tcp(host: host, port: port)
    }

    /// As `init(_:)` reads it.
    public var description: String {
        switch self {
        case .tcp(let host, let port): Self.text(host, port)
        case .tls(let host, let port): Self.secure + Self.text(host, port)
        case .unix(let path): "unix:\(path)"
        }
    }

    private static let secure = "tls://"

    private static func text(_ host: String, _ port: Int) -> String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    private static func hostAndPort(_ text: Substring) -> (host: String, port: Int)? {
        guard let colon = text.lastIndex(of: ":"), let port = Self.port(text[text.index(after: colon)...]) else {
            return nil
        }
        let host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            let inner = host.dropFirst().dropLast()
            return inner.contains(":") ? (String(inner), port) : nil
        }
        guard !host.isEmpty, !host.contains(where: { $0 == ":" || $0 == "/" || $0.isWhitespace }) else { return nil }
        return (String(host), port)
    }

    private static func port(_ text: Substring) -> Int? {
        guard text.utf8.allSatisfy({ $0 &- 0x30 < 10 }), let port = Int(text), (1...65_535).contains(port) else {
            return nil
        }
        return port
    }
}
