// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyStore
import KeyUsage

/// A key that usage events are of.
func sampleKey(id: String = "4mVb0QzYx1Ab", account: String = "acme", user: String = "u-1") -> PublishedKey {
    let time = Timestamp(nanoseconds: 1_767_225_600_000_000_000)
    return PublishedKey(
        key: StoredKey(
            id: keyID(id), accountID: account, userID: user, name: "nightly",
            description: "", hint: "", unrestricted: true, standing: KeyStanding(), createTime: time, updateTime: time,
            current: StoredSecret(generation: 1, digest: Digest(), storeKeyVersion: 1, createTime: time), old: [],
            createSequence: 1, revision: 1))
}

extension UsageLane {
    /// Notes an answer about `key`, as a loop does.
    func note(
        _ key: PublishedKey?, _ verdict: Verdict = .valid, path: String = "/v1", superseded: Bool = false,
        serial: UInt64 = 1, time: Timestamp = Timestamp(nanoseconds: 1_767_225_600_000_000_000)
    ) {
        let none = UnsafeRawBufferPointer(start: nil, count: 0)
        Array(path.utf8).withUnsafeBytes { path in
            let question = ValidateQuestion(
                secret: none, clientIP: none, resource: none, action: 0, httpMethod: none, path: path)
            let answer = ValidateAnswer(
                verdict: verdict, generation: 1, supersededDeadline: superseded ? time : nil,
                usageID: UsageID(epoch: 1, serial: serial))
            push(question, answer, key.map { Unmanaged.passUnretained($0) }, at: time, caller: none)
        }
    }
}

/// Reads a subscription until it has so many records that are events or gaps, or ends.
func read(_ subscription: UsageSubscription, _ count: Int) async -> [UsageRecord] {
    var found: [UsageRecord] = []
    while found.count < count, let more = await subscription.next() {
        found += more.filter { $0.event != nil || $0.gap != nil }
    }
    return found
}

extension UsageRecord {
    var event: UsageEvent? {
        if case .event(let event) = kind { event } else { nil }
    }

    var gap: UsageGap? {
        if case .gap(let gap) = kind { gap } else { nil }
    }
}

/// The id, or one of zeros for what is none.
private func keyID(_ text: String) -> KeyID {
    KeyID(text) ?? Array("000000000000".utf8).withUnsafeBytes { KeyID($0) ?? sampleKey().key.id }
}
