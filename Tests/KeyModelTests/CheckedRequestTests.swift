// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import Testing

@Suite struct CheckedRequestTests {
    private static let good = CreateKeyRequest(accountID: "acme", userID: "u1", name: "deploy", unrestricted: true)
    private static let id = "4mVb0QzYx1Ab"

    @Test("a request within the rules has nothing wrong with it")
    func accepted() {
        let requests: [any CheckedRequest] = [
            Self.good, GetKeyRequest(keyID: Self.id), UpdateKeyRequest(keyID: Self.id),
            UpdateKeyRequest(keyID: Self.id, name: "n", description: "", enabled: false, expiry: .never),
            RekeyKeyRequest(keyID: Self.id), RekeyKeyRequest(keyID: Self.id, overlap: .zero),
            RetireSecretsRequest(keyID: Self.id), RevokeKeyRequest(keyID: Self.id), StreamUsageRequest(),
            StreamUsageRequest(accountID: "acme", keyID: Self.id, userID: "u1"), GetAccountRequest(accountID: "acme"),
            UpdateAccountRequest(accountID: "acme", maxActiveKeys: .max),
        ]
        for request in requests {
            #expect(request.violations.isEmpty, "\(request)")
            #expect(throws: Never.self) { try request.check() }
        }
    }

    @Test("R4, R12: every field that is wrong is named, all at once")
    func allAtOnce() {
        let request = CreateKeyRequest(
            accountID: "Acme", userID: "", name: "", description: "\u{1}", unrestricted: false, expiry: .lifetime(.zero)
        )
        let fields = ["account_id", "user_id", "name", "description", "unrestricted", "lifetime"]
        #expect(request.violations.map(\.field) == fields)
        let refusal = #expect(throws: Refusal.self) { try request.check() }
        #expect(refusal?.code == .invalidArgument)
        #expect(refusal?.reason == .invalidField)
        #expect(refusal?.violations == request.violations)
        for field in fields { #expect(refusal?.message.contains("\(field): ") == true) }
    }

    @Test("every wrong field of CreateKey is named by itself")
    func createKey() {
        func wrong(_ change: (inout CreateKeyRequest) -> Void) -> [String] {
            var request = Self.good
            change(&request)
            return request.violations.map(\.field)
        }
        #expect(wrong { $0.accountID = "Latchkey" } == ["account_id"])
        #expect(wrong { $0.userID = String(repeating: "u", count: 129) } == ["user_id"])
        #expect(wrong { $0.name = String(repeating: "n", count: 101) } == ["name"])
        #expect(wrong { $0.description = String(repeating: "d", count: 201) } == ["description"])
        #expect(wrong { $0.unrestricted = false } == ["unrestricted"])
        #expect(wrong { $0.expiry = .at(Limits.latestTime) } == ["expire_time"])
    }

    @Test("every wrong field of the other calls is named")
    func otherCalls() {
        func fields(_ request: any CheckedRequest) -> [String] { request.violations.map(\.field) }
        #expect(fields(GetKeyRequest(keyID: "")) == ["key_id"])
        #expect(fields(RetireSecretsRequest(keyID: "x")) == ["key_id"])
        #expect(fields(RevokeKeyRequest(keyID: "x")) == ["key_id"])
        #expect(fields(RekeyKeyRequest(keyID: "x", overlap: .days(31))) == ["key_id", "overlap"])
        #expect(fields(RekeyKeyRequest(keyID: Self.id, overlap: .seconds(-1))) == ["overlap"])
        let update = UpdateKeyRequest(keyID: "x", name: "", description: "\u{7F}", expiry: .lifetime(.zero))
        #expect(fields(update) == ["key_id", "name", "description", "lifetime"])
        #expect(fields(GetAccountRequest(accountID: "")) == ["account_id"])
        #expect(fields(UpdateAccountRequest(accountID: "A", maxActiveKeys: nil)) == ["account_id"])
        let stream = StreamUsageRequest(accountID: "A", keyID: "x", userID: "\u{9F}")
        #expect(fields(stream) == ["account_id", "key_id", "user_id"])
    }
}
