// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeyClient
import KeyModel
import KeyTesting
import Synchronization
import Testing

/// The program is killed again and again in the middle of its work.
@Suite struct KillTests {
    @Test(
        "R5, R9, storage rule 1: in 20 cycles of kill -9 under load nothing acknowledged is lost, nothing revoked lives"
    )
    func cycles() async throws {
        let directory = try TemporaryDirectory()
        let ledger = Ledger()
        for cycle in 0..<20 {
            let server = try await ServeProcess(data: directory.path("data"))
            let client = server.client()
            if cycle == 0 {
                _ = try await client.updateAccount(UpdateAccountRequest(accountID: "acme", maxActiveKeys: 0))
            }
            try await check(ledger, client)
            await client.close()
            let workers = (0..<8).map { _ in server.client() }
            let target = ledger.acknowledged + 60
            await withTaskGroup(of: Void.self) { group in
                for (number, worker) in workers.enumerated() {
                    group.addTask {
                        await work(number, ledger, worker) { acknowledged in
                            if acknowledged == target { server.program.signal(SIGKILL) }
                        }
                    }
                }
                // Whoever finds the server gone is the first to end; the others need not look for it any longer.
                await group.next()
                for worker in workers { await worker.close() }
            }
            #expect(await server.program.status() == -SIGKILL)
        }
        let server = try await ServeProcess(data: directory.path("data"))
        let client = server.client()
        try await check(ledger, client)
        #expect(ledger.acknowledged >= 20 * 60)
        await client.close()
        #expect(await server.stop() == 0)
    }

    /// Creates, re-keys, validates and revokes until the server is gone.
    private func work(
        _ worker: Int, _ ledger: Ledger, _ client: KeyClient, _ finished: (_ acknowledged: Int) -> Void
    ) async {
        do {
            while true {
                let made = try await client.makeKey(name: "worker \(worker)")
                let number = ledger.created(made)
                let answer = try await client.verdict(made.secret)
                if answer != .valid { ledger.complain("a new key was \(answer?.name ?? "?")") }
                let id = "\(made.key.id)"
                switch number % 3 {
                case 0:
                    ledger.attempt(number) { $0.rekeying = true }
                    let again = try await client.rekeyKey(RekeyKeyRequest(keyID: id, overlap: .zero))
                    ledger.attempt(number) {
                        $0.secret = again.secret; $0.cut = made.secret; $0.rekeying = false
                    }
                case 1:
                    ledger.attempt(number) { $0.revoking = true }
                    _ = try await client.revokeKey(RevokeKeyRequest(keyID: id))
                    ledger.attempt(number) { $0.revoked = true }
                default:
                    break
                }
                finished(ledger.finished())
            }
        } catch {
            // The server was killed under this call: what it did is not known, and nothing was promised.
        }
    }

    /// Holds what was acknowledged against what the server says now.
    private func check(_ ledger: Ledger, _ client: KeyClient) async throws {
        for entry in ledger.entries {
            let verdict = try await client.verdict(entry.secret)
            if entry.revoked {
                #expect(verdict == .revoked, "key \(entry.id) was revoked")
            } else if entry.revoking {
                #expect(verdict == .valid || verdict == .revoked, "key \(entry.id) was being revoked")
            } else if entry.rekeying {
                // The new secret was never told; with overlap 0 the old one is either current or cut.
                #expect(verdict == .valid || verdict == .superseded, "key \(entry.id) was being re-keyed")
            } else {
                #expect(verdict == .valid, "key \(entry.id) was acknowledged")
            }
            if let cut = entry.cut {
                let old = try await client.verdict(cut)
                #expect(old == .superseded || (entry.revoked && old == .revoked), "an old secret of \(entry.id)")
            }
        }
        #expect(ledger.complaints == [])
    }
}

/// What the server has acknowledged.
private final class Ledger: Sendable {
    struct Entry: Sendable {
        var id: String
        var secret: String
        /// An old secret that was cut off.
        var cut: String?
        var rekeying = false
        var revoking = false
        var revoked = false
    }

    private let state = Mutex<(entries: [Entry], complaints: [String])>(([], []))
    private let count = Atomic<Int>(0)

    var entries: [Entry] { state.withLock { $0.entries } }
    var complaints: [String] { state.withLock { $0.complaints } }
    var acknowledged: Int { count.load(ordering: .relaxed) }

    func created(_ reply: CreateKeyResponse) -> Int {
        state.withLock { state in
            state.entries.append(Entry(id: "\(reply.key.id)", secret: reply.secret))
            return state.entries.count - 1
        }
    }

    func attempt(_ number: Int, _ change: (inout Entry) -> Void) {
        state.withLock { change(&$0.entries[number]) }
    }

    /// Counts a round of work, and returns how many there have been.
    func finished() -> Int {
        count.wrappingAdd(1, ordering: .relaxed).newValue
    }

    func complain(_ text: String) {
        state.withLock { $0.complaints.append(text) }
    }
}
