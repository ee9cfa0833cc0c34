// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeyClient
import KeyModel
import KeyTesting
import Testing

/// The program is killed again and again in the middle of its work.
@Suite struct KillTests {
    /// 20, so that the tests stay quick; `make soak-kill` asks for many more.
    private static let cycles =
        ProcessInfo.processInfo.environment["LATCHKEY_KILL_CYCLES"].flatMap { Int($0) } ?? 20
    /// What the service is started with besides.
    private static let serveOptions = ["--snapshot-interval", "1s"]
    /// Rounds of work before a kill.
    private static let rounds = 60
    /// After how many cycles every key is looked at, as all are at the end; else only those of the cycle before, because
    /// they only become more.
    private static let cyclesBetweenFullChecks = max(1, cycles / 20)

    @Test(
        "R5, R9, storage rule 1: in many cycles of kill -9 under load nothing acknowledged is lost, nothing revoked lives"
    )
    func cycles() async throws {
        let directory = try TemporaryDirectory()
        let ledger = Ledger()
        var (killed, checked) = (0, 0)
        for cycle in 0..<Self.cycles {
            let server = try await ServeProcess(data: directory.path("data"), extra: Self.serveOptions)
            let client = server.client()
            if cycle == 0 {
                _ = try await client.updateAccount(UpdateAccountRequest(accountID: "acme", maxActiveKeys: 0))
            }
            let entries = ledger.entries
            try await check(
                entries[(cycle.isMultiple(of: Self.cyclesBetweenFullChecks) ? 0 : checked)...], ledger, client)
            checked = entries.count
            await client.close()
            await killUnderLoad(server, ledger)
            killed += 1
            // A soak ends with the cycle that found something.
            if ledger.faults != Ledger.Faults() { break }
        }
        let server = try await ServeProcess(data: directory.path("data"), extra: Self.serveOptions)
        let client = server.client()
        try await check(ledger.entries[...], ledger, client)
        let faults = ledger.faults
        // What a soak is run for.
        print(
            "kill -9: \(killed) cycles, \(ledger.mutations) acknowledged mutations, \(faults.lost.count) lost,",
            "\(faults.accepted.count) revoked but accepted")
        #expect(faults == Ledger.Faults())
        #expect(ledger.rounds >= Self.cycles * Self.rounds)
        await client.close()
        #expect(await server.stop() == 0)
    }

    private func killUnderLoad(_ server: ServeProcess, _ ledger: Ledger) async {
        let workers = (0..<8).map { _ in server.client() }
        let target = ledger.rounds + Self.rounds
        await withTaskGroup(of: Void.self) { group in
            for (number, worker) in workers.enumerated() {
                group.addTask {
                    await work(number, ledger, worker) { rounds in
                        if rounds == target { server.program.signal(SIGKILL) }
                    }
                }
            }
            // Whoever finds the server gone is the first to end; the others need not look for it any longer.
            await group.next()
            for worker in workers { await worker.close() }
        }
        #expect(await server.program.status() == -SIGKILL)
    }

    /// Creates, re-keys, validates and revokes until the server is gone.
    private func work(
        _ worker: Int, _ ledger: Ledger, _ client: KeyClient, _ finished: (_ rounds: Int) -> Void
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
                    ledger.acknowledged(number) {
                        $0.secret = again.secret; $0.cut = made.secret; $0.rekeying = false
                    }
                case 1:
                    ledger.attempt(number) { $0.revoking = true }
                    _ = try await client.revokeKey(RevokeKeyRequest(keyID: id))
                    ledger.acknowledged(number) { $0.revoked = true }
                default:
                    break
                }
                finished(ledger.finished())
            }
        } catch {
            // The server was killed under this call: what it did is not known, and nothing was promised.
        }
    }

    /// Asks the server about every one of them, many at a time.
    private func check(_ entries: ArraySlice<Ledger.Entry>, _ ledger: Ledger, _ client: KeyClient) async throws {
        try await Crowd.each(of: Array(entries)) { entry in
            let current = try await client.verdict(entry.secret)
            var cut: Verdict?
            if let secret = entry.cut { cut = try await client.verdict(secret) }
            ledger.judge(entry, current: current, cut: cut)
        }
    }
}
