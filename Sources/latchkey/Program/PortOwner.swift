// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Foundation

/// Which users listen on a port of this machine, as the kernel tells (proc_net(5)): whoever may open a port may wait
/// there for tokens that are meant for another.
enum PortOwner {
    /// Of everything that listens on the port, on whatever address; empty when that cannot be told.
    static func users(listeningOn port: Int) -> Set<UInt32> {
        ["/proc/net/tcp", "/proc/net/tcp6"].reduce(into: []) { users, path in
            // A file of the kernel's has no size, so it is read to its end.
            guard let table = try? FileHandle(forReadingAtPath: path)?.readToEnd() else { return }
            users.formUnion(Self.users(in: String(decoding: table, as: UTF8.self), listeningOn: port))
        }
    }

    /// The columns are: number, local address and port in hexadecimal, remote ones, state (0A = listening), two pairs of
    /// queues and timers, retransmissions, uid.
    static func users(in table: String, listeningOn port: Int) -> Set<UInt32> {
        Set(
            table.split(separator: "\n").dropFirst().compactMap { line in
                let fields = line.split(separator: " ", omittingEmptySubsequences: true)
                guard fields.count > 7, fields[3] == "0A",
                    fields[1].split(separator: ":").last.flatMap({ Int($0, radix: 16) }) == port
                else { return nil }
                return UInt32(fields[7])
            })
    }
}
