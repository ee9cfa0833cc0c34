// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyModel
internal import KeyServer

/// What the service takes of those who connect.
struct LimitOptions: ParsableArguments {
    @Option(
        help: .init(
            "Connections at once, 1 to 1000000; fewer when the limit of open files is lower.", valueName: "count"))
    var connections = Limits.connections

    @Option(
        help: .init("Those of one address; of IPv6, of one /64. Unix sockets do not count.", valueName: "count"))
    var connectionsPerPeer = Limits.connectionsPerPeer

    @Option(
        help: .init(
            "New connections in a second for each event loop and address listened on, in tens, 1 to 1000000; others wait. Unix sockets do not count.",
            valueName: "count"))
    var newConnectionsPerSecond = Limits.newConnectionsPerSecond

    @Option(
        help: .init(
            "Calls in flight at once, 1 to 1000000; an eighth more for revocations. Validates do not count.",
            valueName: "count"))
    var callsInFlight = Limits.callsInFlight

    @Option(help: .init("Those of one connection, 1 to 256; beyond it, it is not read from.", valueName: "count"))
    var callsPerConnection = Limits.callsInFlightPerConnection

    @Option(help: .init("How long a TLS handshake may take, 100ms to 1d.", valueName: "time"))
    var handshakeDeadline = HumanDuration(.milliseconds(Limits.handshakeMilliseconds))

    @Option(
        help: .init(
            "How long a connection may take until its first frame has come, and may be idle that speaks for no caller, 100ms to 1d.",
            valueName: "time"))
    var firstFrameDeadline = HumanDuration(.milliseconds(Limits.firstFrameMilliseconds))

    @Option(
        help: .init(
            "How long a frame may take from its first byte to its last, and a client to read 64KiB of what waits for it, 100ms to 1d.",
            valueName: "time"))
    var frameDeadline = HumanDuration(.milliseconds(Limits.frameMilliseconds))

    @Option(
        help: .init(
            "How long a caller's connection may have nothing in flight and send nothing, 100ms to 1d; 0 = for ever.",
            valueName: "time"))
    var idleDeadline = HumanDuration(.milliseconds(Limits.idleMilliseconds))

    @Option(
        help: .init(
            "What pages of lists may wait for a client to read them, 1MiB to 1GiB; the next is begun when there is room.",
            valueName: "size"))
    var slowReaderBytes = ByteCount(UInt64(Limits.slowReaderBytes))

    @Option(
        help: .init(
            "How long Validates may wait to be read before some are shed, 1ms to 10s; 0 = none is.", valueName: "time"))
    var queueDelay = HumanDuration(.milliseconds(Limits.queueDelayMilliseconds))

    @Option(
        help: .init(
            "How often one address may present a token that is no caller's in force, or have a call without one noted; or off.",
            valueName: "rate"))
    var failedAuthorizations = FailureLimit(limit: Limits.failedAuthorizations)

    @Option(
        help: .init(
            "How often a caller may ask about tokens that are no key's for one client address, or off.",
            valueName: "rate"))
    var failedValidates = FailureLimit(limit: Limits.failedValidates)

    func validate() throws {
        let counts: [(name: String, value: Int, most: Int)] = [
            ("--connections", connections, Limits.mostConnections),
            ("--connections-per-peer", connectionsPerPeer, Limits.mostConnections),
            ("--new-connections-per-second", newConnectionsPerSecond, Limits.mostConnections),
            ("--calls-in-flight", callsInFlight, Limits.mostConnections),
            ("--calls-per-connection", callsPerConnection, Limits.callsInFlightPerConnection),
        ]
        for (name, value, most) in counts where !(1...most).contains(value) {
            throw ValidationError("\(name) must be 1 to \(most)")
        }
        let deadlines = [
            ("--handshake-deadline", handshakeDeadline), ("--first-frame-deadline", firstFrameDeadline),
            ("--frame-deadline", frameDeadline), ("--idle-deadline", idleDeadline),
        ]
        for (name, value) in deadlines {
            if name == "--idle-deadline", value.span == .zero { continue }
            let (milliseconds, rest) = value.span.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000)
            guard rest == 0, Limits.deadlineMilliseconds.contains(milliseconds) else {
                throw ValidationError("\(name) must be 100ms to 1d")
            }
        }
        let delay = queueDelay.span
        let delays = Limits.queueDelayMillisecondRange
        guard delay == .zero || delay >= .milliseconds(delays.lowerBound) && delay <= .milliseconds(delays.upperBound)
        else { throw ValidationError("--queue-delay must be 0, or 1ms to 10s") }
        guard Limits.slowReaderByteRange.contains(Int(clamping: slowReaderBytes.bytes)) else {
            throw ValidationError("--slow-reader-bytes must be 1MiB to 1GiB")
        }
    }

    var limits: ConnectionLimits {
        var limits = ConnectionLimits()
        limits.connections = connections
        limits.connectionsPerPeer = connectionsPerPeer
        limits.newConnectionsPerSecond = newConnectionsPerSecond
        limits.calls = callsInFlight
        limits.callsPerConnection = callsPerConnection
        limits.handshake = handshakeDeadline.span
        limits.firstFrame = firstFrameDeadline.span
        limits.frame = frameDeadline.span
        limits.idle = idleDeadline.span
        limits.slowReaderBytes = Int(clamping: slowReaderBytes.bytes)
        limits.queueDelay = queueDelay.span
        return limits
    }

    var failures: FailureMeters {
        FailureMeters(authorizations: failedAuthorizations.limit, guesses: failedValidates.limit)
    }
}

/// A rate of failures, or none: `10/1s:200`, `off`.
struct FailureLimit: ExpressibleByArgument {
    let limit: RateLimit?

    init(limit: RateLimit?) {
        self.limit = limit
    }

    init?(argument: String) {
        if argument == "off" {
            limit = nil
            return
        }
        guard let parsed = try? RateArgument.parse(argument),
            (1...Limits.rateRequests).contains(parsed.requests)
        else { return nil }
        limit = parsed
    }

    var defaultValueDescription: String { limit.map { RateArgument.text($0) } ?? "off" }
}
