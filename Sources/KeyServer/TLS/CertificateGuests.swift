// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import KeyService
internal import KeyTLS
internal import NIOCore

/// The connections of one event loop that came with a certificate: they end when it does, when it speaks for another
/// caller than it did, and when an authority is trusted no longer. Used on that loop only.
final class CertificateGuests {
    struct Guest {
        let handler: FrameHandler
        let certificate: CertificateNames
        let caller: KeyID?
        /// As of `ServerTLS.Loaded`, when the certificate was vouched for.
        let trust: UInt64

        init(_ handler: FrameHandler, _ certificate: CertificateNames, caller: KeyID?, trust: UInt64) {
            self.handler = handler
            self.certificate = certificate
            self.caller = caller
            self.trust = trust
        }
    }

    private var open: [ObjectIdentifier: Guest] = [:]

    /// - Parameter now: The store's time.
    func add(_ guest: Guest, on channel: any Channel, at now: Timestamp) {
        let key = ObjectIdentifier(channel)
        open[key] = guest
        let (left, isFar) = guest.certificate.end.nanoseconds.subtractingReportingOverflow(now.nanoseconds)
        let eventLoop = channel.eventLoop.assumeIsolated()
        let end = eventLoop.scheduleTask(in: .nanoseconds(isFar ? .max : max(left, 0))) { self.dismiss(key) }
        channel.closeFuture.assumeIsolated().whenComplete { _ in
            end.cancel()
            self.open[key] = nil
        }
    }

    /// After the files have changed that say which certificates speak for whom, and whose word is taken for them.
    func review(_ loaded: ServerTLS.Loaded) {
        let changed = open.filter { _, guest in
            guest.trust != loaded.trust || loaded.callers.caller(guest.certificate) != guest.caller
        }
        for key in changed.keys { dismiss(key) }
    }

    /// Its calls in flight are answered, and it is told to come again.
    private func dismiss(_ key: ObjectIdentifier) {
        guard let guest = open.removeValue(forKey: key) else { return }
        guest.handler.caller.current.dropCertificate()
        guest.handler.drain(.certificateEnded)
    }
}

extension Refusal {
    /// What a connection is told whose certificate has ended, is another caller's from now on, or may be nobody's.
    fileprivate static let certificateEnded = Refusal(
        .unavailable, .shuttingDown,
        """
        the certificate of this connection has ended, speaks for another caller now, or was issued by an authority that \
        is trusted no longer; connect again
        """)
}
