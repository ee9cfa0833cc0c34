// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import KeyClient

/// Where a server is when nobody says.
enum DefaultAddress {
    /// What `serve --data ./latchkey-data` makes here, then what a package's service listens on.
    static let sockets = ["./latchkey-data/latchkey.sock", "/run/latchkey/latchkey.sock"]

    /// The first socket that is there, else the port that `serve` listens on.
    static var address: ServerAddress {
        sockets.first(where: isThere).map { .unix(path: $0) } ?? .tcp(host: "127.0.0.1", port: 7411)
    }

    /// Also behind a door that is closed to us: that we may not use it is the better message.
    private static func isThere(_ path: String) -> Bool {
        access(path, F_OK) == 0 || errno == EACCES
    }
}
