// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import Testing

@Suite struct VerdictTests {
    struct Row: CustomTestStringConvertible, Sendable {
        let verdict: Verdict
        let number: UInt32
        let name: String
        let httpStatus: UInt32
        let publicMessage: String

        var testDescription: String { name }
    }

    private static let invalid = "invalid API key"
    private static let notAllowed = "not allowed with this API key"

    /// The contract's table, and the numbers of key.proto.
    static let rows: [Row] = [
        Row(verdict: .valid, number: 1, name: "VALID", httpStatus: 200, publicMessage: ""),
        Row(verdict: .malformed, number: 2, name: "MALFORMED", httpStatus: 401, publicMessage: invalid),
        Row(verdict: .notFound, number: 3, name: "NOT_FOUND", httpStatus: 401, publicMessage: invalid),
        Row(verdict: .revoked, number: 4, name: "REVOKED", httpStatus: 401, publicMessage: invalid),
        Row(verdict: .disabled, number: 5, name: "DISABLED", httpStatus: 401, publicMessage: invalid),
        Row(verdict: .expired, number: 6, name: "EXPIRED", httpStatus: 401, publicMessage: invalid),
        Row(verdict: .superseded, number: 7, name: "SUPERSEDED", httpStatus: 401, publicMessage: invalid),
        Row(verdict: .clientIPRequired, number: 8, name: "CLIENT_IP_REQUIRED", httpStatus: 401, publicMessage: invalid),
        Row(verdict: .ipNotAllowed, number: 9, name: "IP_NOT_ALLOWED", httpStatus: 401, publicMessage: invalid),
        Row(
            verdict: .resourceRequired, number: 10, name: "RESOURCE_REQUIRED", httpStatus: 403,
            publicMessage: notAllowed),
        Row(
            verdict: .permissionDenied, number: 11, name: "PERMISSION_DENIED", httpStatus: 403,
            publicMessage: notAllowed),
        Row(
            verdict: .fieldNotAllowed, number: 12, name: "FIELD_NOT_ALLOWED", httpStatus: 403,
            publicMessage: notAllowed),
        Row(
            verdict: .rateLimited, number: 13, name: "RATE_LIMITED", httpStatus: 429,
            publicMessage: "too many requests"),
    ]

    @Test("every verdict has the number, name, HTTP hint and public message of the contract", arguments: rows)
    func table(row: Row) {
        #expect(row.verdict.rawValue == row.number)
        #expect(row.verdict.name == row.name)
        #expect(row.verdict.httpStatus == row.httpStatus)
        #expect(row.verdict.publicMessage.description == row.publicMessage)
    }

    @Test("the table has every verdict, and no number beyond it is one")
    func complete() {
        #expect(Self.rows.map(\.verdict) == Verdict.allCases)
        #expect(Verdict(rawValue: 0) == nil)
        #expect(Verdict(rawValue: 14) == nil)
    }

    @Test("every denial has a message of its own that a person can act on, VALID has none")
    func messages() {
        let messages = Verdict.allCases.map(\.message.description)
        #expect(Set(messages).count == Verdict.allCases.count)
        for (verdict, message) in zip(Verdict.allCases, messages) { #expect(message.isEmpty == (verdict == .valid)) }
    }

    @Test("public_message is collapsed: it does not tell one reason for 401 from another")
    func collapsed() {
        let unauthorised = Verdict.allCases.filter { $0.httpStatus == 401 }
        #expect(Set(unauthorised.map(\.publicMessage.description)) == [Self.invalid])
        #expect(unauthorised.count == 8)
    }

    @Test("anything that is not known to be VALID is a denial")
    func unknown() {
        for verdict in Verdict.allCases {
            #expect(ValidateResponse(verdict: verdict).isValid == (verdict == .valid))
        }
        #expect(!ValidateResponse(verdict: nil).isValid)
    }
}
