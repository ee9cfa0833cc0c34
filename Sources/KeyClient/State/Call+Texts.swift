// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

extension Call {
    /// Refuses a text that holds a NUL, which a frame cannot carry: what follows it would be lost on the way.
    func checkTexts() throws(Refusal) {
        let found = texts.filter { $0.text.utf8.contains(0) }
        if !found.isEmpty { throw .invalid(found.map { FieldViolation($0.field, "must not hold a NUL") }) }
    }

    private var texts: [(field: String, text: String)] {
        switch self {
        case .createKey(let request):
            [
                ("account_id", request.accountID), ("user_id", request.userID), ("name", request.name),
                ("description", request.description), ("api_version", request.apiVersion),
            ] + texts(request.allowedIPs) + texts(request.grants)
        case .getKey(let request): [("key_id", request.keyID)]
        case .listKeys(let request):
            [
                ("account_id", request.accountID), ("starting_after", request.startingAfter),
                ("ending_before", request.endingBefore),
            ]
        case .updateKey(let request):
            [
                ("key_id", request.keyID), ("name", request.name ?? ""), ("description", request.description ?? ""),
                ("user_id", request.userID ?? ""), ("api_version", request.apiVersion ?? ""),
            ] + texts(request.allowedIPs ?? []) + texts(request.grants ?? [])
        case .rekeyKey(let request): [("key_id", request.keyID)]
        case .retireSecrets(let request): [("key_id", request.keyID)]
        case .revokeKey(let request): [("key_id", request.keyID)]
        case .revokeAllKeys(let request): [("account_id", request.accountID)]
        case .validate(let request): Self.texts(request)
        case .validateBatch(let batch):
            batch.requests.enumerated().flatMap { index, request in
                Self.texts(request).map { ("requests[\(index)].\($0.field)", $0.text) }
            }
        case .streamUsage(let request):
            [("account_id", request.accountID), ("key_id", request.keyID), ("user_id", request.userID)]
        case .getAccount(let request): [("account_id", request.accountID)]
        case .updateAccount(let request):
            [("account_id", request.accountID), ("token_prefix", request.tokenPrefix ?? "")]
        case .listAccounts(let request): [("starting_after", request.startingAfter)]
        case .importKeys(let request):
            request.keys.enumerated().flatMap { index, key in
                ([
                    ("hint", key.hint), ("account_id", key.accountID), ("user_id", key.userID), ("name", key.name),
                    ("description", key.description), ("api_version", key.apiVersion),
                ] + texts(key.allowedIPs) + texts(key.grants)).map { ("keys[\(index)].\($0.field)", $0.text) }
            }
        case .reportOutcome, .whoAmI, .health, .snapshot: []
        }
    }

    private func texts(_ allowedIPs: [String]) -> [(field: String, text: String)] {
        allowedIPs.map { ("allowed_ips", $0) }
    }

    private func texts(_ grants: [Grant]) -> [(field: String, text: String)] {
        grants.flatMap { grant in
            [("grants.resource", grant.resource)] + grant.fields.map { ("grants.fields", $0) }
        }
    }

    private static func texts(_ request: ValidateRequest) -> [(field: String, text: String)] {
        [
            ("secret", request.secret), ("client_ip", request.clientIP), ("resource", request.resource),
            ("http_method", request.httpMethod), ("path", request.path),
        ] + request.fields.enumerated().map { ("fields[\($0)]", $1) }
    }
}
