// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import KeyClient
import KeyModel
import KeyTesting
import Testing

@testable import latchkey

/// Lists, page by page.
@Suite struct ListTests {
    @Test("R14: key list shows a page and the command for the next one, and all of them page after page")
    func pages() async throws {
        let directory = try TemporaryDirectory()
        let server = try await ServeProcess(data: directory.path("data"))
        let address = server.arguments
        let client = server.client()
        _ = try await client.updateAccount(UpdateAccountRequest(accountID: "acme", maxActiveKeys: 0))
        let none = try await Program.run(["key", "list", "--account", "acme"] + address)
        #expect(none.status == 0 && none.output.isEmpty)
        let hint = "latchkey key list --account acme --status all \(address.joined(separator: " "))"
        #expect(none.errors == "account acme has no active keys; all that there are: \(hint)\n")
        var ids: [String] = []
        for number in 1...7 {
            let request = CreateKeyRequest(accountID: "acme", userID: "u", name: "key \(number)", unrestricted: true)
            ids.insert(try await client.createKey(request).key.id.description, at: 0)
        }
        _ = try await client.updateKey(UpdateKeyRequest(keyID: ids[3], enabled: false))
        // As somebody would who copies the command from under each page.
        var command = ["key", "list", "--account", "acme", "--limit", "4"] + address
        var seen: [String] = []
        while true {
            let page = try await Program.run(command)
            #expect(page.status == 0)
            seen += Self.firstWords(page.output)
            guard let next = Self.next(page.errors) else {
                #expect(page.errors == "2 of 6 active keys\n")
                break
            }
            #expect(page.errors.hasPrefix("4 of 6 active keys; older ones: latchkey key list"))
            command = next
        }
        #expect(seen == ids.filter { $0 != ids[3] })
        let newer = try await Program.run(
            ["key", "list", "--account", "acme", "--status", "all", "--limit", "2", "--ending-before", ids[6]] + address
        )
        #expect(
            Self.firstWords(newer.output) == [ids[4], ids[5]] && newer.errors.contains("--ending-before \(ids[4])"))
        let inactive = try await Program.run(["key", "list", "--account", "acme", "--status", "inactive"] + address)
        #expect(Self.firstWords(inactive.output) == [ids[3]] && inactive.errors == "1 inactive key\n")
        let some = try await Program.run(
            ["key", "list", "--account", "acme", "--offset", "5", "-o", "ndjson"] + address)
        #expect(some.output.contains("{\"id\":\"\(ids[6])\"") && some.output.split(separator: "\n").count == 1)
        let all = try await Program.run(
            ["key", "list", "--account", "acme", "--status", "all", "--all", "--limit", "2", "-o", "json"] + address)
        let whole = try await client.listKeys(ListKeysRequest(accountID: "acme", filter: .all, limit: 100))
        #expect(all.errors.isEmpty)
        let message = try #require(try JSONSerialization.jsonObject(with: Data(all.output.utf8)) as? [String: Any])
        #expect(
            (message["keys"] as? [[String: Any]])?.compactMap { $0["id"] as? String } == whole.keys.map { "\($0.id)" })
        #expect(message["total"] as? String == "7" && message["nextCursor"] as? String == "")
        let accounts = try await Program.run(["account", "list"] + address)
        #expect(Self.firstWords(accounts.output) == ["acme"] && accounts.errors == "1 account\n")
        let unknown = try await Program.run(["key", "list", "--account", "nobody"] + address)
        #expect(unknown.status == 1 && unknown.errors.contains("hint: `latchkey account list`"))
        await client.close()
        #expect(await server.stop() == 0)
    }

    @Test("R14: pages may end early, even empty: the cursor alone says whether there is more")
    func earlyEnds() async throws {
        let cursors = ["a", "b", "c", ""]
        var asked: [String] = []
        let pages = KeyPages(ListKeysRequest(accountID: "acme", offset: 3), followsCursors: true) { request in
            asked.append(request.startingAfter)
            #expect(request.offset == (asked.count == 1 ? 3 : 0))
            return ListKeysResponse(total: 9, keys: [], nextCursor: cursors[asked.count - 1], previousCursor: "")
        }
        for try await page in pages { #expect(page.keys.isEmpty) }
        #expect(asked == ["", "a", "b", "c"])
        let stuck = KeyPages(ListKeysRequest(accountID: "acme"), followsCursors: true) { _ in
            ListKeysResponse(total: 9, keys: [], nextCursor: "a", previousCursor: "")
        }
        await #expect(throws: CommandFailure.self) { for try await _ in stuck {} }
    }

    @Test("R14: account list goes on behind the last account of a page")
    func accounts() async throws {
        let directory = try TemporaryDirectory()
        let server = try await ServeProcess(data: directory.path("data"))
        let address = server.arguments
        let client = server.client()
        let none = try await Program.run(["account", "list"] + address)
        #expect(none.output.isEmpty && none.errors == "no accounts\n")
        for id in ["a", "b", "c"] {
            _ = try await client.updateAccount(UpdateAccountRequest(accountID: id, tokenPrefix: "p_\(id)"))
        }
        let first = try await Program.run(["account", "list", "--limit", "2"] + address)
        #expect(Self.firstWords(first.output) == ["a", "b"])
        let next = try #require(Self.next(first.errors))
        let second = try await Program.run(next)
        #expect(Self.firstWords(second.output) == ["c"] && second.output.contains("p_c"))
        let all = try await Program.run(["account", "list", "--limit", "1", "--all", "-o", "ndjson"] + address)
        #expect(
            all.output.split(separator: "\n").map { String($0.prefix(9)) }
                == ["a", "b", "c"].map { "{\"id\":\"\($0)\"" })
        await client.close()
        #expect(await server.stop() == 0)
    }

    @Test("the command for the next page is never broken, and is quoted for a shell")
    func pageEnd() {
        let end = PageEnd(text: "2 of 3 keys", next: ("older ones", ["key", "list", "--address", "unix:/a b'c"]))
        #expect(end.lines(columns: nil) == ["2 of 3 keys; older ones: latchkey key list --address 'unix:/a b'\\''c'"])
        #expect(
            end.lines(columns: 40) == ["2 of 3 keys; older ones:", "latchkey key list --address 'unix:/a b'\\''c'"])
    }

    /// The command that a page says.
    private static func next(_ errors: String) -> [String]? {
        ShellCommands(errors.replacing("ones: ", with: "\n")).ofLatchkey.first
    }

    /// Of the rows under a table's head.
    private static func firstWords(_ table: String) -> [String] {
        table.split(separator: "\n").dropFirst().compactMap { $0.split(separator: " ").first.map(String.init) }
    }
}
