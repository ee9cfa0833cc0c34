// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import KeyModel
import Testing

@testable import latchkey

/// What a key may carry, as the command line writes it.
@Suite struct KeyArgumentTests {
    private static let all = ActionSet(Action.allCases)

    @Test("R11: a grant has one reading, whatever its resource and fields are called, and is shown as it is written")
    func grants() throws {
        let readings: [(String, Grant)] = [
            ("employees:read", Grant(resource: "employees", actions: ActionSet([.read]))),
            (
                "employees:read,update:name,email",
                Grant(resource: "employees", actions: ActionSet([.read, .update]), fields: ["name", "email"])
            ),
            ("*:*", Grant(resource: "*", actions: Self.all)),
            ("reports/*:download", Grant(resource: "reports/*", actions: ActionSet([.download]))),
            (#"urn\:hr:read"#, Grant(resource: "urn:hr", actions: ActionSet([.read]))),
            // What could be the actions of a shorter resource.
            (#"a\:read:read"#, Grant(resource: "a:read", actions: ActionSet([.read]))),
            ("a:read:update", Grant(resource: "a", actions: ActionSet([.read]), fields: ["update"])),
            (
                #"a\\:read:x\,y,z\:1,\\"#,
                Grant(resource: #"a\"#, actions: ActionSet([.read]), fields: ["x,y", "z:1", #"\"#])
            ),
        ]
        for (text, grant) in readings {
            #expect(try GrantArgument.parse(text) == grant, "\(text)")
            #expect(GrantArgument.text(grant) == text)
        }
        #expect(
            try GrantArgument.parse("a:READ,read,update") == Grant(resource: "a", actions: ActionSet([.read, .update])))
    }

    @Test(
        "R11: a grant that is none names the fix",
        arguments: [
            ("employees", "for example 'employees:read'"), (":read", "write * for every one"),
            ("a:", "an action is missing"), ("a:read,", "an action is missing"), ("a:write", "'write' is no action"),
            ("a:b:read", #"a colon in a name is written \:"#), ("a:b:c:read", #"is written \:"#),
            ("a:read:", "leave the last colon out"), ("a:read:x,", "leave the last colon out"),
            ("a:read:*", "leave the fields and their colon out"), (#"a\b:read"#, "write it twice"),
            (#"a:read:\"#, "write it twice"), ("", "it says no actions"),
        ])
    func noGrant(text: String, fix: String) {
        #expect(throws: (any Error).self) { try GrantArgument.parse(text) }
        do { _ = try GrantArgument.parse(text) } catch { #expect(error.message.contains(fix), "\(error.message)") }
    }

    @Test("B8: a rate is so many in a period, and a burst")
    func rates() throws {
        let readings: [(String, RateLimit, String)] = [
            ("100/1m", RateLimit(requests: 100, perSeconds: 60), "100/1m"),
            ("10/s:50", RateLimit(requests: 10, perSeconds: 1, burst: 50), "10/1s:50"),
            ("5/90s:5", RateLimit(requests: 5, perSeconds: 90, burst: 5), "5/90s"),
            ("1/d", RateLimit(requests: 1, perSeconds: 86_400), "1/1d"),
        ]
        for (text, limit, shown) in readings {
            #expect(try RateArgument.parse(text) == limit)
            #expect(RateArgument.text(limit) == shown)
        }
        for text in [
            "", "100", "/1m", "x/1m", "-1/1m", "1/0", "1/500ms", "1/25h", "1/1m:", "1/1m:0", "1/1m:2:3", "1/",
            "99999999999/1s",
        ] {
            #expect(throws: (any Error).self, "\(text)") { try RateArgument.parse(text) }
        }
    }

    @Test("R10: an address is taken in its one way of writing, and a wrong one says what is meant")
    func addresses() throws {
        #expect(try IPArgument.parse("2001:DB8::0") == "2001:db8::")
        #expect(try IPArgument.parse("203.0.113.0/24") == "203.0.113.0/24")
        do { _ = try IPArgument.parse("10.0.0.1/8") } catch {
            #expect(error.message.contains("10.0.0.0/8 for the block"))
        }
        #expect(throws: (any Error).self) { try IPArgument.parse("nonsense") }
    }

    @Test("B7: a request's id is a UUID or hexadecimal digits")
    func requestIDs() throws {
        let uuid = try RequestIDOption.parse(["--request-id", "00112233-4455-6677-8899-aabbccddeeFF"])
        let hex = try RequestIDOption.parse(["--request-id", "00112233445566778899AABBCCDDEEFF"])
        #expect(uuid.bytes == hex.bytes && uuid.bytes == (0..<16).map { UInt8($0 * 0x11) })
        #expect(try RequestIDOption.parse([]).bytes.isEmpty)
        for text in [
            "", "00", "0011223344556677-8899aabbccddeeff", "g0112233445566778899aabbccddeeff", "0" + hex.hex,
            hex.hex + "0", String(repeating: "0", count: 130),
        ] {
            #expect(throws: (any Error).self, "\(text)") { try RequestIDOption.parse(["--request-id", text]) }
        }
    }
}

extension RequestIDOption {
    fileprivate var hex: String { bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
}
