// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import KeyService
internal import KeyTLS
internal import NIOCore

/// The connections of one event loop that came with a certificate: they end when it does, and when it speaks for another
/// caller than it did. Used on that loop only.
final class CertificateGuests {
    private struct Guest {
        let handler: FrameHandler
        let certificate: CertificateNames
        let caller: KeyID?
    }

    private var open: [ObjectIdentifier: Guest] = [:]

    /// - Parameter now: The store's time.
    func add(
        _ handler: FrameHandler, _ certificate: CertificateNames, caller: KeyID?, on channel: any Channel,
        at now: Timestamp
    ) {
        let key = ObjectIdentifier(channel)
        open[key] = Guest(handler: handler, certificate: certificate, caller: caller)
        let (left, isFar) = certificate.end.nanoseconds.subtractingReportingOverflow(now.nanoseconds)
        let eventLoop = channel.eventLoop.assumeIsolated()
        let end = eventLoop.scheduleTask(in: .nanoseconds(isFar ? .max : max(left, 0))) { self.dismiss(key) }
        channel.closeFuture.assumeIsolated().whenComplete { _ in
            end.cancel()
            self.open[key] = nil
        }
    }

    /// After the file has changed that says which certificates speak for whom.
    func review(_ callers: CertificateCallers) {
        let changed = open.filter { callers.caller($0.value.certificate) != $0.value.caller }
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
    /// What a connection is told whose certificate has ended, or is another caller's from now on.
    fileprivate static let certificateEnded = Refusal(
        .unavailable, .shuttingDown,
        "the certificate of this connection has ended, or speaks for another caller now; connect again")
}
