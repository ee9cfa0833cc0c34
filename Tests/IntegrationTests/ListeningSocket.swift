// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc

/// A socket that is opened for the program by somebody else, as a socket unit does it.
final class ListeningSocket: Sendable {
    let descriptor: Int32

    /// A Unix socket.
    init(path: String, listens: Bool = true) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        try bind(address, listens: listens)
    }

    /// A TCP port that the system chooses.
    init(host: String) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        inet_pton(AF_INET, host, &address.sin_addr)
        try bind(address, listens: true)
    }

    private func bind<Address>(_ address: Address, listens: Bool) throws {
        var status = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.bind(descriptor, $0, socklen_t(MemoryLayout<Address>.size))
            }
        }
        if status == 0, listens { status = listen(descriptor, 16) }
        guard status == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EINVAL) }
    }

    deinit {
        close(descriptor)
    }

    /// Starts the program with this as its descriptor 3, as systemd would.
    func start(_ arguments: [String], names: String = "latchkey.socket") throws -> Program {
        // The variable must name the process that the program will be: the shell's own, which it then becomes.
        try withExtendedLifetime(self) {
            try Program(
                arguments, environment: ["LISTEN_FDS": "1", "LISTEN_FDNAMES": names],
                under: ["/bin/sh", "-c", "export LISTEN_PID=$$; exec \"$0\" \"$@\""], descriptors: [descriptor])
        }
    }
}
