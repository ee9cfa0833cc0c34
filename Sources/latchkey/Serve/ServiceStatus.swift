// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import KeyStore

/// What `systemctl status` shows of a service that serves.
struct ServiceStatus: Sendable {
    let store: KeyStore
    let notifier: ServiceNotifier

    var text: String {
        "Serving \(Grouped.count(store.index.count, "key")), revision \(Grouped.text(Int(clamping: store.revision)))"
    }

    /// Says that it serves, and then what has become of the store, until the task is cancelled.
    func keepTold() async {
        var told = text
        notifier.isReady(told)
        while !Task.isCancelled {
            // Looking is what is periodic here; nothing waits for it.
            try? await Task.sleep(for: .seconds(Limits.managerStatusSeconds))
            let now = text
            guard !Task.isCancelled, now != told else { continue }
            notifier.tell(now)
            told = now
        }
    }
}
