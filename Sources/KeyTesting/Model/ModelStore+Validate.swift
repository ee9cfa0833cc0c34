// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyCrypto
internal import KeyModel

/// What Validate must answer. Every check is made as the contract says it, in its order; each is a line of a list.
extension ModelStore {
    /// Messages are left empty, and so is the usage id.
    mutating func validate(_ request: ValidateRequest, _ now: Timestamp) throws(Refusal) -> ValidateResponse {
        try Self.check(request)
        let found = presented(request.secret)
        guard let found else {
            let isToken = ModelToken.idAndSecret(request.secret) != nil
            let mayBeForeign = knowsForeign && !request.secret.isEmpty
            let verdict: Verdict = isToken || mayBeForeign ? .notFound : .malformed
            return ValidateResponse(
                verdict: verdict, httpStatus: Self.status(verdict), denials: request.explain ? [verdict] : [])
        }
        let key = keys[found.place]
        let secret = key.secrets[found.secret]
        var answer = ValidateResponse(
            verdict: .valid, keyID: key.id.description, name: key.name, accountID: key.account, userID: key.user,
            expireTime: key.expireTime, generation: secret.generation, superseded: secret.deadline != nil,
            supersededDeadline: key.end(of: secret), revision: key.revision,
            apiVersion: key.shown(at: now).versionPin?.version)
        let denials = judge(request, key, secret, &answer, now)
        answer.verdict = denials.first ?? .valid
        answer.httpStatus = Self.status(denials.first ?? .valid)
        answer.denials = request.explain ? denials : []
        if denials.isEmpty, !request.explain {
            if let limit = key.rateLimit { keys[found.place].bucket.use(limit, at: now) }
            keys[found.place].useCount += 1
            keys[found.place].lastUseTime = now
        }
        return answer
    }

    private static func check(_ request: ValidateRequest) throws(Refusal) {
        try require(
            (request.clientIP.isEmpty || ModelBlock.address(request.clientIP) != nil)
                && request.resource.utf8.count <= 256 && ModelRule.isPlain(request.resource)
                && request.httpMethod.count <= 16
                && request.httpMethod.utf8.allSatisfy { (65...90).contains($0) } && request.fields.count <= 100
                && request.fields.allSatisfy { (1...128).contains($0.utf8.count) && ModelRule.isPlain($0) })
    }

    /// Whose secret it is, of all that are kept.
    private func presented(_ text: String) -> (place: Int, secret: Int)? {
        let body: ModelKey.Body
        if let own = ModelToken.idAndSecret(text) {
            body = .own(own)
        } else {
            body = .foreign(Array(text.utf8).withUnsafeBytes { sha256($0) }.bytes)
        }
        for (place, key) in keys.enumerated() {
            if let secret = key.secrets.firstIndex(where: { $0.body == body }) { return (place, secret) }
        }
        return nil
    }

    /// Everything that denies it, in the order of the contract; the first alone unless it is to be explained.
    private func judge(
        _ request: ValidateRequest, _ key: ModelKey, _ secret: ModelKey.Secret, _ answer: inout ValidateResponse,
        _ now: Timestamp
    ) -> [Verdict] {
        var denials: [Verdict] = []
        func isOver(_ verdict: Verdict, _ denies: Bool) -> Bool {
            if denies { denials.append(verdict) }
            return denies && !request.explain
        }
        if isOver(.revoked, key.revokeTime != nil) { return denials }
        if isOver(.disabled, !key.isEnabled) { return denials }
        if isOver(.expired, key.expireTime.map { now >= $0 } ?? false) { return denials }
        if isOver(.superseded, !key.isLive(secret, at: now)) { return denials }
        let address = ModelBlock.address(request.clientIP)
        if isOver(.clientIPRequired, !key.blocks.isEmpty && address == nil) { return denials }
        if let address, isOver(.ipNotAllowed, !key.blocks.isEmpty && !key.blocks.contains { $0.contains(address) }) {
            return denials
        }
        if !key.isUnrestricted {
            if isOver(.resourceRequired, request.resource.isEmpty) { return denials }
            let action = request.action ?? Self.action(request.httpMethod)
            let covering = key.grants.filter { grant in
                !request.resource.isEmpty && ModelRule.covers(grant.resource, request.resource)
                    && action.map { grant.actions.actions.contains($0) } ?? false
            }
            if isOver(.permissionDenied, !request.resource.isEmpty && covering.isEmpty) { return denials }
            if !covering.isEmpty, !covering.contains(where: \.fields.isEmpty) {
                answer.allowedFields = Set(covering.flatMap(\.fields)).sorted()
                answer.deniedFields = request.fields.filter { !answer.allowedFields.contains($0) }
                if isOver(.fieldNotAllowed, !answer.deniedFields.isEmpty) { return denials }
            }
        }
        answer.retryAfter = key.rateLimit.flatMap { key.bucket.wait($0, at: now) }
        _ = isOver(.rateLimited, answer.retryAfter != nil)
        return denials
    }

    private static func action(_ method: String) -> Action? {
        ["GET": .read, "HEAD": .read, "POST": .create, "PUT": .update, "PATCH": .update, "DELETE": .delete][method]
    }

    private static func status(_ verdict: Verdict) -> UInt32 {
        switch verdict {
        case .valid: 200
        case .resourceRequired, .permissionDenied, .fieldNotAllowed: 403
        case .rateLimited: 429
        case .malformed, .notFound, .revoked, .disabled, .expired, .superseded, .clientIPRequired, .ipNotAllowed: 401
        }
    }
}
