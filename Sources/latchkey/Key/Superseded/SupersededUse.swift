// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// Who still uses one old secret of a key, as far as the usage log tells.
struct SupersededUse {
    struct Secret: Hashable {
        let keyID: String
        let generation: UInt32
    }

    /// Where the overlap stands, in which the old secret works beside the new one.
    enum Overlap: Equatable {
        /// It works until then.
        case runs(until: Timestamp)
        /// It works no more, or nobody knows its key any more: what uses it is denied.
        case ended
    }

    let secret: Secret
    private(set) var name: String
    private(set) var accountID: String
    private(set) var overlap = Overlap.ended
    private(set) var uses: UInt64 = 0
    private(set) var denied: UInt64 = 0
    private(set) var firstUseTime: Timestamp
    private(set) var lastUseTime: Timestamp
    /// The first addresses that it came from, in their order.
    private(set) var clients: [String] = []
    /// There were more than are told apart.
    private(set) var hasMoreClients = false

    init(_ event: UsageEvent) {
        secret = Secret(keyID: event.keyID, generation: event.generation)
        name = event.name
        accountID = event.accountID
        firstUseTime = event.time
        lastUseTime = event.time
    }

    mutating func note(_ event: UsageEvent) {
        uses += 1
        if event.verdict != .valid { denied += 1 }
        firstUseTime = min(firstUseTime, event.time)
        lastUseTime = max(lastUseTime, event.time)
        if event.clientIP.isEmpty || clients.contains(event.clientIP) { return }
        if clients.count < Limits.supersededClients {
            clients.append(event.clientIP)
        } else {
            hasMoreClients = true
        }
    }

    /// Notes what the key's record says now.
    mutating func note(_ key: Key, now: Timestamp) {
        name = key.name
        accountID = key.accountID
        let live = key.secrets.first { $0.generation == secret.generation }
        // A key that is disabled gets its current secret back when it is enabled, and no old one.
        guard key.status == .active, let deadline = live?.deadline, deadline > now else { return }
        overlap = .runs(until: deadline)
    }

    /// The soonest deadline first; behind them what has ended, the latest use first.
    static func comesBefore(_ first: SupersededUse, _ second: SupersededUse) -> Bool {
        switch (first.overlap, second.overlap) {
        case (.runs(let one), .runs(let other)) where one != other: one < other
        case (.runs, .ended): true
        case (.ended, .runs): false
        case (.runs, .runs), (.ended, .ended):
            (second.lastUseTime, first.secret.keyID, first.secret.generation)
                < (first.lastUseTime, second.secret.keyID, second.secret.generation)
        }
    }
}
