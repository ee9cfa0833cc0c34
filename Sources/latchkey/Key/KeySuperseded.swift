// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyClient
internal import KeyModel

struct KeySuperseded: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "superseded",
        abstract: "Show whose old secrets are still used after a re-keying.",
        usage: """
            latchkey key superseded [--account <account>] [--since <time>]
                                    [<options>]
            """,
        discussion: """
            Reads all that the server has of its usage log, and shows every old secret
            that was used, the one that ends next first. Where its overlap has ended,
            whoever uses it is denied: those come last.

            A re-keyed key that is not here has not used its old secret for as long as
            the log goes back: its holder has changed over, or did not call at all.
            `latchkey key get ID` shows which old secrets still work and when the key
            was last used; `latchkey key retire-secrets ID` ends them.

            Examples:
              latchkey key superseded
              latchkey key superseded --account acme --since 24h
              latchkey key superseded -o ndjson | jq -r .keyId
            """
    )

    @Option(help: "Only this account.", completion: .accounts)
    var account: String?

    @Option(help: .init("Only uses since then: 15m ago, a date or a time.", valueName: "time"))
    var since: SinceArgument?

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let client = try connection.client()
        do {
            let (uses, missing) = try await read(client)
            let now = Timestamp.now
            let known = try await compared(uses, client, now: now)
            await client.close()
            let printer = SupersededPrinter(format: connection.output, terminal: .output, now: now)
            try printer.print(known.sorted(by: SupersededUse.comesBefore), missing: missing)
        } catch {
            await client.close()
            throw error
        }
    }

    /// What the usage log has of it, and how many events it has lost.
    private func read(_ client: KeyClient) async throws -> ([SupersededUse], missing: UInt64) {
        var uses: [SupersededUse.Secret: SupersededUse] = [:]
        var missing: UInt64 = 0
        let stream = try await client.streamUsage(
            StreamUsageRequest(
                history: true, afterTime: since?.time, accountID: account ?? "", supersededOnly: true, noFollow: true),
            resuming: true)
        for try await record in stream {
            switch record.kind {
            case .event(let event):
                let secret = SupersededUse.Secret(keyID: event.keyID, generation: event.generation)
                uses[secret, default: SupersededUse(event)].note(event)
            // What is kept no more is no loss, and what a crash set aside was mostly never given.
            case .gap(let gap) where gap.reason != UsageGap.notKept && gap.reason != UsageGap.restarted:
                missing &+= gap.count
            case .gap, .outcome, .live, .heartbeat: break
            }
        }
        return (Array(uses.values), missing)
    }

    /// With what the keys' records say, asked several at a time on one connection.
    private func compared(
        _ uses: [SupersededUse], _ client: KeyClient, now: Timestamp
    ) async throws -> [SupersededUse] {
        var known = uses
        for start in stride(from: 0, to: uses.count, by: Limits.callsInFlightPerConnection) {
            let end = min(start + Limits.callsInFlightPerConnection, uses.count)
            try await withThrowingTaskGroup(of: (Int, Key?).self) { group in
                for index in start..<end {
                    let id = uses[index].secret.keyID
                    group.addTask { (index, try await Self.key(id, client)) }
                }
                for try await case (let index, let key?) in group { known[index].note(key, now: now) }
            }
        }
        return known
    }

    /// `nil` = the store was put back to a state in which there was none.
    private static func key(_ id: String, _ client: KeyClient) async throws(Refusal) -> Key? {
        do {
            return try await client.getKey(GetKeyRequest(keyID: id)).key
        } catch {
            if error.reason == .keyNotFound { return nil }
            throw error
        }
    }
}
