// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyJournal
internal import KeyServer
internal import Logging

/// HOST:PORT, [IPV6]:PORT, or :PORT for 127.0.0.1.
struct ListenAddress: ExpressibleByArgument {
    let address: FrameServer.Address

    init?(argument: String) {
        guard let colon = argument.lastIndex(of: ":"), let port = UInt16(argument[argument.index(after: colon)...])
        else { return nil }
        var host = String(argument[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        address = .tcp(host: host.isEmpty ? "127.0.0.1" : host, port: Int(port))
    }

    var defaultValueDescription: String { "\(address)" }
}

/// strict, or interval:MS with 1 to 60,000 milliseconds.
struct DurabilityArgument: ExpressibleByArgument {
    let durability: Durability

    init(_ durability: Durability) {
        self.durability = durability
    }

    init?(argument: String) {
        if argument == "strict" {
            durability = .strict
            return
        }
        let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0] == "interval", let time = Int64(parts[1]), (1...60_000).contains(time)
        else { return nil }
        durability = .interval(milliseconds: time)
    }

    var defaultValueDescription: String {
        switch durability {
        case .strict: "strict"
        case .interval(let milliseconds): "interval:\(milliseconds)"
        }
    }
}

struct LogLevelArgument: ExpressibleByArgument {
    let level: Logger.Level

    init(_ level: Logger.Level) {
        self.level = level
    }

    init?(argument: String) {
        guard let level = Logger.Level(rawValue: argument) else { return nil }
        self.level = level
    }

    var defaultValueDescription: String { level.rawValue }
}
