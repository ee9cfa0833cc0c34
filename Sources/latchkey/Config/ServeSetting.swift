// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// One setting of `latchkey serve`, by the name that it has everywhere: `--event-loops` on the command line,
/// LATCHKEY_EVENT_LOOPS in the environment, `event-loops` in a file. A secret is never a setting: the file is, that
/// holds it.
struct ServeSetting: Sendable {
    enum Kind: Sendable {
        case value
        /// May be given several times; a list in a file, separated by commas in the environment.
        case list
        /// Given or not; true or false elsewhere.
        case flag
    }

    /// All of them; a test holds this to the flags that `latchkey serve` takes. Whoever adds a flag adds its line.
    static let all: [ServeSetting] = [
        ServeSetting("data", \.data),
        ServeSetting("store-key", \.storeKey),
        ServeSetting("listen", \.listen),
        ServeSetting("unix", \.unix),
        ServeSetting("event-loops", \.eventLoops),
        ServeSetting("durability", \.durability),
        ServeSetting("snapshot-interval", \.snapshotInterval),
        ServeSetting("history", \.history),
        ServeSetting("usage-bytes", \.usageBytes),
        ServeSetting("usage-age", \.usageAge),
        ServeSetting("no-usage-log", \.noUsageLog),
        ServeSetting("unix-admin", \.unixAdmin),
        ServeSetting("no-unix-admin", \.noUnixAdmin),
        ServeSetting("without-callers", \.withoutCallers),
        ServeSetting("tls-certificate", \.tls.tlsCertificate),
        ServeSetting("tls-key", \.tls.tlsKey),
        ServeSetting("tls-minimum", \.tls.tlsMinimum),
        ServeSetting("tls-client-ca", \.tls.tlsClientCA),
        ServeSetting("tls-callers", \.tls.tlsCallers),
        ServeSetting("accept-plaintext", \.tls.acceptPlaintext),
        ServeSetting("accept-without-callers", \.tls.acceptWithoutCallers),
        ServeSetting("connections", \.limits.connections),
        ServeSetting("connections-per-peer", \.limits.connectionsPerPeer),
        ServeSetting("new-connections-per-second", \.limits.newConnectionsPerSecond),
        ServeSetting("calls-in-flight", \.limits.callsInFlight),
        ServeSetting("calls-per-connection", \.limits.callsPerConnection),
        ServeSetting("handshake-deadline", \.limits.handshakeDeadline),
        ServeSetting("first-frame-deadline", \.limits.firstFrameDeadline),
        ServeSetting("frame-deadline", \.limits.frameDeadline),
        ServeSetting("idle-deadline", \.limits.idleDeadline),
        ServeSetting("slow-reader-bytes", \.limits.slowReaderBytes),
        ServeSetting("queue-delay", \.limits.queueDelay),
        ServeSetting("failed-authorizations", \.limits.failedAuthorizations),
        ServeSetting("failed-validates", \.limits.failedValidates),
        ServeSetting("log-level", \.logLevel),
    ]

    let name: String
    let kind: Kind
    /// What is in force, as it would be written; empty = nothing.
    let value: @Sendable (ServeCommand) -> [String]

    init<Value: ExpressibleByArgument>(_ name: String, _ path: any KeyPath<ServeCommand, Value> & Sendable) {
        self.name = name
        kind = .value
        value = { [$0[keyPath: path].defaultValueDescription] }
    }

    init<Value: ExpressibleByArgument>(_ name: String, _ path: any KeyPath<ServeCommand, Value?> & Sendable) {
        self.name = name
        kind = .value
        value = { $0[keyPath: path].map { [$0.defaultValueDescription] } ?? [] }
    }

    init<Value: ExpressibleByArgument>(_ name: String, _ path: any KeyPath<ServeCommand, [Value]> & Sendable) {
        self.name = name
        kind = .list
        value = { $0[keyPath: path].map(\.defaultValueDescription) }
    }

    init(_ name: String, _ path: any KeyPath<ServeCommand, Bool> & Sendable) {
        self.name = name
        kind = .flag
        value = { ["\($0[keyPath: path])"] }
    }

    var flag: String { "--\(name)" }
    var variable: String { "LATCHKEY_" + name.uppercased().replacing("-", with: "_") }

    /// What stands on the command line for values of another source. `nil` = one of them is none that a flag can have.
    func arguments(_ values: [String]) -> [String]? {
        switch kind {
        case .value, .list: return values.map { "\(flag)=\($0)" }
        case .flag:
            switch values {
            case ["true"]: return [flag]
            case ["false"]: return []
            default: return nil
            }
        }
    }
}
