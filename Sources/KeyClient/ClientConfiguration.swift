// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

public import KeyModel

/// How a `KeyClient` behaves.
public struct ClientConfiguration: Sendable {
    /// How long a call may take when it does not say itself. Default 10 seconds.
    public var timeout: Duration
    /// How long making a connection may take. Default 5 seconds.
    public var connectTimeout: Duration
    /// What becomes of a call while the server cannot be reached. True, the default: it waits, to its own deadline,
    /// for one of the attempts that are made with growing pauses. False: it fails with the first attempt that does.
    public var waitsForConnection: Bool
    /// How many calls may be in flight at once, 1 to `Limits.callsInFlightPerConnection`, which is the default.
    /// Further calls wait for their turn in the order in which they were made.
    public var callsInFlight: Int
    /// The token of the caller that the client speaks for, sent with the first call on each connection; `nil` = none,
    /// as on a Unix socket whose server takes its user for an administrator.
    public var token: String?
    /// What `tls://` addresses are spoken to with.
    public var tls: ClientTLSFiles

    public init(
        timeout: Duration = .milliseconds(Limits.clientTimeoutMilliseconds),
        connectTimeout: Duration = .milliseconds(Limits.clientConnectMilliseconds),
        waitsForConnection: Bool = true,
        callsInFlight: Int = Limits.callsInFlightPerConnection,
        token: String? = nil,
        tls: ClientTLSFiles = ClientTLSFiles()
    ) {
        self.timeout = timeout
        self.connectTimeout = connectTimeout
        self.waitsForConnection = waitsForConnection
        self.callsInFlight = min(max(callsInFlight, 1), Limits.callsInFlightPerConnection)
        self.token = token
        self.tls = tls
    }
}
