// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyCrypto
internal import KeyModel

/// One line of an import: an `ImportedKey` in proto3 JSON. Beside its `tokenSha256` there may be, in its place, the
/// `token` itself, which goes no further than this.
struct ImportRow {
    /// From 1.
    let line: Int
    let key: ImportedKey

    private static let names = [
        "tokenSha256", "token", "hint", "accountId", "userId", "name", "description", "allowedIps", "grants",
        "unrestricted", "apiVersion", "expireTime", "revokeTime", "createTime", "rateLimit",
    ]

    init(line: Int, _ value: JSONValue) throws(JSONFault) {
        self.line = line
        let row = try JSONFields(value, "a key", names: Self.names)
        key = ImportedKey(
            tokenSHA256: try Self.digest(row), hint: try row.text("hint"), accountID: try row.text("accountId"),
            userID: try row.text("userId"), name: try row.text("name"), description: try row.text("description"),
            allowedIPs: try row.texts("allowedIps"), grants: try Self.grants(row),
            unrestricted: try row.flag("unrestricted"), apiVersion: try row.text("apiVersion"),
            expireTime: try row.time("expireTime"), revokeTime: try row.time("revokeTime"),
            createTime: try row.time("createTime"), rateLimit: try Self.rateLimit(row))
    }

    /// The same row without its token, to be kept until all rows have been looked at; `nil` = it has none.
    static func withoutToken(_ value: JSONValue, _ key: ImportedKey) -> String? {
        guard case .object(var members) = value, let index = members.firstIndex(where: { $0.name == "token" }) else {
            return nil
        }
        members[index] = .init(name: "tokenSha256", value: .text(SHA256Text.hexadecimal(key.tokenSHA256)))
        // What was there as null.
        members = members.enumerated().filter { $0.offset == index || !isDigest($0.element.name) }.map(\.element)
        return JSONValue.object(members).json.line
    }

    private static func isDigest(_ name: String) -> Bool { JSONFields.camelCase(name) == "tokenSha256" }

    private static func digest(_ row: JSONFields) throws(JSONFault) -> [UInt8] {
        let (token, digest) = (try row.text("token"), try row.text("tokenSha256"))
        switch (token.isEmpty, digest.isEmpty) {
        case (false, false): throw JSONFault("it has both token and tokenSha256; give one of them")
        case (true, true): throw JSONFault("it has neither tokenSha256 nor token; give one of them")
        case (true, false):
            guard let bytes = SHA256Text.bytes(digest) else {
                throw JSONFault("tokenSha256 must be 32 bytes, as 64 hexadecimal digits or in base64")
            }
            return bytes
        case (false, true):
            guard token.utf8.count <= Limits.importedTokenBytes else {
                throw JSONFault(
                    "token is longer than \(Limits.importedTokenBytes) bytes, and so could not be presented")
            }
            return SHA256Text.digest(of: token)
        }
    }

    private static func grants(_ row: JSONFields) throws(JSONFault) -> [Grant] {
        var grants: [Grant] = []
        for value in try row.list("grants") {
            let grant = try JSONFields(value, "a grant", names: ["resource", "actions", "fields"])
            var actions: [Action] = []
            for value in try grant.list("actions") { actions.append(try action(value)) }
            grants.append(
                Grant(
                    resource: try grant.text("resource"), actions: ActionSet(actions),
                    fields: try grant.texts("fields")))
        }
        return grants
    }

    private static func action(_ value: JSONValue) throws(JSONFault) -> Action {
        let found: Action? =
            switch value {
            case .text(let name): Action.allCases.first { "ACTION_\($0)".uppercased() == name }
            case .number(let number): UInt32(number).flatMap { Action(rawValue: $0) }
            case .null, .flag, .list, .object: nil
            }
        guard let found else {
            let all = Action.allCases.map { "ACTION_\($0)".uppercased() }.joined(separator: ", ")
            throw JSONFault("an action must be one of \(all)")
        }
        return found
    }

    private static func rateLimit(_ row: JSONFields) throws(JSONFault) -> RateLimit? {
        guard let value = row.value("rateLimit") else { return nil }
        let limit = try JSONFields(value, "rateLimit", names: ["requests", "perSeconds", "burst"])
        return RateLimit(
            requests: try limit.number("requests"), perSeconds: try limit.number("perSeconds"),
            burst: try limit.number("burst"))
    }
}
