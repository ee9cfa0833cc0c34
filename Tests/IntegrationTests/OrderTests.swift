// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeyClient
import KeyModel
import KeyTesting
import KeyWire
import Testing

/// The order of what the program does, as the kernel saw it.
@Suite struct OrderTests {
    @Test(
        "R7, R8, B7, storage rule 2: under strace no reply to a mutation, nor to a no-op, precedes the fdatasync that covers it"
    )
    func replyAfterSync() async throws {
        let directory = try TemporaryDirectory()
        let trace = directory.path("trace")
        let server = try await ServeProcess(
            data: directory.path("data"),
            under: ["/usr/bin/strace", "-f", "-yy", "-o", trace, "-e", "trace=pwrite64,fdatasync,write,writev,read"])
        let raw = try await RawConnection(port: server.port, token: server.token)
        func ask(_ calls: [Call]) async throws -> [Reply] {
            try await raw.send(
                calls.enumerated().map {
                    ClientFrame(id: UInt64($0.offset + 1), timeoutMilliseconds: 0, content: .call($0.element))
                })
            var replies: [UInt64: Reply] = [:]
            while replies.count < calls.count, let frame = await raw.next() {
                if case .success(let reply) = frame.result { replies[frame.id] = reply }
            }
            return calls.indices.compactMap { replies[UInt64($0 + 1)] }
        }
        guard
            case .createKey(let made) = try await ask([
                .createKey(CreateKeyRequest(accountID: "acme", userID: "u", name: "a", unrestricted: true))
            ]).first
        else {
            Issue.record("no key")
            return
        }
        let id = "\(made.key.id)"
        let imported = ImportedKey(
            tokenSHA256: Array(repeating: 7, count: 32), accountID: "acme", userID: "u", name: "old", unrestricted: true
        )
        // A retry is told what its first was told, and as late.
        let named = UpdateKeyRequest(keyID: id, name: "c", requestID: Array(repeating: 7, count: 16))
        let steps: [[Call]] = [
            [.importKeys(ImportKeysRequest(keys: [imported]))],
            [.updateKey(named), .updateKey(named)],
            [.updateKey(UpdateKeyRequest(keyID: id, name: "b"))],
            [.rekeyKey(RekeyKeyRequest(keyID: id))],
            [.retireSecrets(RetireSecretsRequest(keyID: id))],
            [.updateAccount(UpdateAccountRequest(accountID: "acme", maxActiveKeys: 9))],
            // The second and the third change nothing, but what they tell is not durable when they are decided.
            [
                .revokeKey(RevokeKeyRequest(keyID: id)), .revokeKey(RevokeKeyRequest(keyID: id)),
                .getAccount(GetAccountRequest(accountID: "acme")),
            ],
            [.revokeAllKeys(RevokeAllKeysRequest(accountID: "acme", expectedCount: 1))],
        ]
        for step in steps { #expect(try await ask(step).count == step.count) }
        await raw.close()
        #expect(await server.stop() == 0)

        let events = try Trace(contentsOf: trace, port: server.port).events
        #expect(events.filter { $0 == .journalWrite }.count >= steps.count + 1)
        #expect(events.filter { $0 == .reply }.count >= steps.count + 1)
        #expect(Trace.firstUnsyncedReply(events) == nil)
    }

    @Test("the judge of a trace finds a reply that comes before its sync, and one without a sync")
    func judge() {
        #expect(Trace.firstUnsyncedReply([.request, .journalWrite, .synced, .reply]) == nil)
        #expect(Trace.firstUnsyncedReply([.request, .journalWrite, .reply, .synced]) == 2)
        #expect(Trace.firstUnsyncedReply([.request, .reply, .journalWrite, .synced]) == 1)
        #expect(Trace.firstUnsyncedReply([.request, .journalWrite, .synced, .reply, .request, .reply]) == 5)
    }
}

/// What matters in strace's output.
struct Trace {
    enum Event: Equatable {
        /// Bytes came in from the connection.
        case request
        /// The journal was written.
        case journalWrite
        /// A sync of the journal returned.
        case synced
        /// Bytes went out on the connection.
        case reply
    }

    private(set) var events: [Event] = []

    /// Reads `strace -f -yy`: a call counts when it returns, a write to a socket when it begins.
    init(contentsOf path: String, port: Int) throws {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        var unfinished: [Substring: Event] = [:]
        for line in text.split(separator: "\n") {
            let thread = line.prefix { $0 != " " }
            let isSocket = line.contains("<TCP:[127.0.0.1:\(port)->")
            let isJournal = line.contains("/journal/")
            var event: Event?
            if line.contains("pwrite64("), isJournal { event = .journalWrite }
            if line.contains("fdatasync("), isJournal { event = .synced }
            if line.contains("write(") || line.contains("writev("), isSocket { event = .reply }
            if line.contains("read("), isSocket, !line.contains("= 0"), !line.contains("EAGAIN") { event = .request }
            if line.contains("<unfinished ...>") {
                if event == .reply || event == .journalWrite {
                    events.append(event ?? .reply)
                } else {
                    unfinished[thread] = event
                }
            } else if line.contains("resumed>") {
                if let event = unfinished.removeValue(forKey: thread), line.contains("= ") { events.append(event) }
            } else if let event {
                events.append(event)
            }
        }
    }

    /// The first reply that was sent since the last request without the journal having been written and synced.
    static func firstUnsyncedReply(_ events: [Event]) -> Int? {
        var written = false
        var synced = false
        for (index, event) in events.enumerated() {
            switch event {
            case .request: (written, synced) = (false, false)
            case .journalWrite: written = true
            case .synced: synced = written
            case .reply: if !synced { return index }
            }
        }
        return nil
    }
}
