// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeyClient
import KeyModel
import KeyTesting
import Testing

/// The tools that look into a store's files, with the real program.
@Suite struct DataCommandTests {
    /// A store at rest whose first key is revoked and whose second has been through everything else.
    private struct Store {
        let directory: TemporaryDirectory
        let revoked: CreateKeyResponse
        let changed: CreateKeyResponse
        let secret: String
        let kept: CreateKeyResponse

        var data: String { directory.path("data") }
        var segment: String { directory.path("data/journal/0000000000000002.lkj") }

        init() async throws {
            directory = try TemporaryDirectory()
            // No time for the snapshot of a clean stop: everything is in the journal.
            let server = try await ServeProcess(
                data: directory.path("data"), extra: ["--unix", directory.path("s.sock")])
            let client = KeyClient(.unix(path: directory.path("s.sock")), configuration: .patient)
            revoked = try await client.makeKey(name: "first")
            changed = try await client.makeKey(name: "second")
            kept = try await client.makeKey(name: "third")
            let id = "\(changed.key.id)"
            _ = try await client.updateKey(UpdateKeyRequest(keyID: id, name: "renamed"))
            secret = try await client.rekeyKey(RekeyKeyRequest(keyID: id)).secret
            _ = try await client.retireSecrets(RetireSecretsRequest(keyID: id))
            _ = try await client.updateKey(UpdateKeyRequest(keyID: id, enabled: false))
            _ = try await client.updateKey(UpdateKeyRequest(keyID: id, enabled: true))
            _ = try await client.updateKey(UpdateKeyRequest(keyID: id, expiry: .never))
            _ = try await client.revokeKey(RevokeKeyRequest(keyID: "\(revoked.key.id)"))
            await client.close()
            await server.kill()
        }

        func files() throws -> [String: String] {
            var found: [String: String] = [:]
            let root = URL(fileURLWithPath: data)
            let all = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
            while let file = all?.nextObject() as? URL {
                var status = stat()
                try #require(stat(file.path, &status) == 0)
                let bytes = (try? Data(contentsOf: file))?.base64EncodedString() ?? ""
                found[file.path] = "\(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec) \(status.st_mode) \(bytes)"
            }
            return found
        }

        /// Flips a bit in the `number`th record of the journal, marks counted; gives its offset.
        func damage(record number: Int) throws -> Int {
            var bytes = try Data(contentsOf: URL(fileURLWithPath: segment))
            var offset = 128
            for _ in 1..<number {
                offset += (0..<4).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
            }
            bytes[offset + 70] ^= 0x10
            try bytes.write(to: URL(fileURLWithPath: segment))
            chmod(segment, 0o600)
            return offset
        }

        /// The offset of the record that has this sequence.
        func damage(sequence: UInt64) throws -> Int {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: segment))
            var (offset, number) = (128, 1)
            while bytes[offset + 8] != UInt8(sequence) || bytes[offset + 4] == 5 {
                offset += (0..<4).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
                number += 1
            }
            return try damage(record: number)
        }
    }

    private func objects(_ text: String) throws -> [[String: Any]] {
        try text.split(separator: "\n").map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
    }

    @Test("B12: data verify tells that a store is whole, and changes nothing")
    func whole() async throws {
        let store = try await Store()
        let before = try store.files()
        let table = try await Program.run(["data", "verify", store.data])
        #expect(table.status == 0)
        #expect(table.output.contains("whole") && table.errors.isEmpty)
        let json = try await Program.run(["-o", "json", "data", "verify", store.data])
        let object = try #require(try objects(json.output).first)
        #expect(object["whole"] as? Bool == true && object["records"] as? String == "11")
        for arguments in [
            ["data", "dump", store.data], ["audit", "list", store.data], ["audit", "verify", store.data],
        ] {
            #expect(try await Program.run(arguments).status == 0)
        }
        #expect(try store.files() == before)
        // Beside a running server too.
        let server = try await ServeProcess(data: store.data)
        let beside = try await Program.run(["data", "verify", store.data, "-o", "json"])
        #expect(beside.status == 0)
        #expect(try objects(beside.output).first?["inUse"] as? Bool == true)
        let refused = try await Program.run(["data", "verify", store.data, "--salvage", store.directory.path("out")])
        #expect(refused.status == 75)
        #expect(await server.stop() == 0)
    }

    @Test("B12: data verify names a flipped byte by file and offset, and says what a salvage would lose")
    func damaged() async throws {
        let store = try await Store()
        let offset = try store.damage(record: 3)
        let before = try store.files()
        let run = try await Program.run(["data", "verify", store.data])
        #expect(run.status == 1)
        #expect(run.errors.contains("\(store.segment) at offset \(offset)"))
        #expect(run.errors.contains("--salvage"))
        #expect(run.output.contains("a start would refuse") && run.output.contains("Lost"))
        #expect(try store.files() == before)
        #expect(try await Program.run(["data", "verify", store.directory.path("nothing")]).status == 64)
        #expect(try await Program.run(["data", "verify"]).status == 64)
    }

    @Test("B12: a salvaged store is served, its secrets work, and what was revoked stays revoked")
    func salvage() async throws {
        let store = try await Store()
        // The second key's new name.
        _ = try store.damage(sequence: 5)
        let out = store.directory.path("out")
        let before = try store.files()
        let run = try await Program.run(["data", "verify", store.data, "--salvage", out, "-o", "json"])
        #expect(run.status == 0)
        let salvage = try #require(try objects(run.output).first?["salvage"] as? [String: Any])
        let missing = try #require(salvage["missing"] as? [[String: String]])
        #expect(missing == [["firstSequence": "5", "lastSequence": "5"]])
        // The other one is the first administrator.
        let doubtful = try #require(salvage["doubtfulKeyIds"] as? [String])
        #expect(doubtful.count == 2 && doubtful.contains("\(store.kept.key.id)"))
        #expect(try store.files() == before)
        let server = try await ServeProcess(data: out)
        // The administrator is in the store, and his token where it was.
        let client = server.client(tokenFile: store.data + ".admin-token")
        #expect(try await client.verdict(store.secret) == .valid)
        #expect(try await client.verdict(store.kept.secret) == .valid)
        #expect(try await client.verdict(store.revoked.secret) == .revoked)
        // Revisions go on where they were.
        #expect(try await client.makeKey(name: "fourth").revision == 12)
        await client.close()
        #expect(await server.stop() == 0)
        #expect(try await Program.run(["data", "verify", out]).status == 0)
        let again = try await Program.run(["data", "verify", store.data, "--salvage", out])
        #expect(again.status == 64)
    }

    @Test("R3: data dump shows no digest unless it is asked to, and then warns")
    func digests() async throws {
        let store = try await Store()
        let shown = try await Program.run(["data", "dump", store.data, "--digests", "-o", "ndjson", "--limit", "1"])
        #expect(shown.status == 0 && !shown.errors.isEmpty)
        let body = try #require(try objects(shown.output).first?["body"] as? [String: Any])
        let secrets = try #require(body["secrets"] as? [[String: Any]])
        let base64 = try #require(secrets.first?["digest"] as? String)
        let digest = try #require(Data(base64Encoded: base64))
        #expect(digest.count == 32)
        let hex = digest.map { String(format: "%02x", $0) }.joined()
        for format in ["table", "ndjson", "json"] {
            for extra in [["--history"], ["--marks"]] {
                let run = try await Program.run(["data", "dump", store.data, "-o", format] + extra)
                #expect(run.status == 0 && run.errors.isEmpty)
                #expect(run.output.contains("\(store.revoked.key.id)"))
                #expect(!run.output.contains(base64) && !run.output.contains(hex))
            }
        }
        let table = try await Program.run(["data", "dump", store.data, "--digests"])
        #expect(table.output.contains(hex))
        let server = try await ServeProcess(data: store.data)
        #expect(await server.stop() == 0)
        let snapshot = try await Program.run(["data", "dump", store.data, "--snapshot", "newest", "-o", "ndjson"])
        #expect(try objects(snapshot.output).count { $0["type"] as? String == "KEY" } == 4)
        #expect(!snapshot.output.contains(base64) && snapshot.output.contains("renamed"))
    }

    @Test("B12: audit list says who changed what, when and from where")
    func audit() async throws {
        let store = try await Store()
        let run = try await Program.run([
            "audit", "list", store.data, "-o", "ndjson", "--key", "\(store.changed.key.id)",
        ])
        #expect(run.status == 0)
        let entries = try objects(run.output)
        #expect(
            entries.map { $0["changes"] as? [String] } == [
                ["CREATED"], ["RENAMED"], ["REKEYED"], ["SECRETS_RETIRED"], ["DISABLED"], ["ENABLED"], ["EXPIRY_MOVED"],
            ])
        #expect(entries.allSatisfy { $0["caller"] as? String == "uid:\(getuid())" })
        #expect(entries.allSatisfy { ($0["peer"] as? String)?.hasPrefix("unix:pid=") == true })
        #expect(entries.allSatisfy { $0["accountId"] as? String == "acme" && $0["time"] != nil })
        let table = try await Program.run(["audit", "list", store.data, "--account", "acme", "--after", "10"])
        #expect(table.output.contains("revoked (acme/first)") && table.output.contains("uid:\(getuid())"))
        #expect(!table.output.contains("renamed"))
        let none = try await Program.run(["audit", "list", store.data, "--account", "other", "-o", "json"])
        #expect(none.output == "{\"entries\":[]}\n")
    }

    @Test("B12: audit verify knows a head that was published, and one that was not")
    func head() async throws {
        let store = try await Store()
        let run = try await Program.run(["audit", "verify", store.data, "-o", "json"])
        #expect(run.status == 0)
        let head = try #require(try objects(run.output).first?["head"] as? [String: String])
        let (sequence, tag) = (try #require(head["sequence"]), try #require(head["tag"]))
        let server = try await ServeProcess(data: store.data)
        #expect(await server.stop() == 0)
        func verify(_ head: String) async throws -> Program.Run {
            try await Program.run(["audit", "verify", store.data, "--head", head])
        }
        #expect(try await verify("\(sequence):\(tag)").status == 0)
        let other = try await verify("\(sequence):\(String(tag.reversed()))")
        #expect(other.status == 1 && other.errors.contains("written anew"))
        let later = try await verify("99:\(tag)")
        #expect(later.status == 1 && later.errors.contains("gone"))
        #expect(try await verify("99").status == 64)
        _ = try store.damage(record: 1)
        #expect(try await verify("\(sequence):\(tag)").status == 1)
    }
}
