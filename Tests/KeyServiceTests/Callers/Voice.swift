// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyService

/// One connection's caller, as the frame door has it.
final class Voice {
    let caller: ConnectionCaller
    private let counter: Counter

    /// - Parameter ip: Where the connection comes from; empty = the Unix socket, where this user is nobody by himself.
    init(
        _ counter: Counter, token: String = "", ip: String = "", name: String = "anonymous",
        authority: Authority? = nil, certificate: CallerCertificate? = nil
    ) {
        self.counter = counter
        let peer = CallerPeer(
            name: name, peer: ip.isEmpty ? "unix:pid=1" : "\(ip):1", clientIP: ip, authority: authority,
            certificate: certificate)
        caller = ConnectionCaller(peer, counter.service, on: counter.lane)
        if !token.isEmpty { authorize(token) }
    }

    @discardableResult
    func authorize(_ token: String) -> Bool {
        counter.lane.enter()
        defer { counter.lane.leave() }
        return Array(token.utf8).withUnsafeBytes { caller.authorize($0, at: counter.service.now()) } == .inForce
    }

    /// Lets a call in, and no more.
    func admit(_ call: Call) throws(Refusal) -> CallContext {
        counter.lane.enter()
        defer { counter.lane.leave() }
        return try caller.admit(call, deadline: nil, at: counter.service.now())
    }

    func ask(_ call: Call) async -> Result<Reply, Refusal> {
        do throws(Refusal) {
            return .success(try await counter.service.perform(call, try admit(call)))
        } catch {
            return .failure(error)
        }
    }

    /// The refusal of a call; `nil` when it was answered.
    func refusal(_ call: Call) async -> Refusal? {
        guard case .failure(let refusal) = await ask(call) else { return nil }
        return refusal
    }

    func create(_ request: CreateKeyRequest) async throws -> CreateKeyResponse {
        guard case .createKey(let made) = try await ask(.createKey(request)).get() else { throw Refusal.callerRequired }
        return made
    }

    /// What Validate says of a token, and the key that it names.
    func validate(_ token: String) throws(Refusal) -> (verdict: Verdict, keyID: String?) {
        counter.lane.enter()
        defer { counter.lane.leave() }
        let now = counter.service.now()
        caller.current.refresh(on: counter.lane, at: now)
        let standing = caller.current.standing
        if !standing.mayValidate { throw caller.refuseValidate(caller.current, at: now) }
        let none = UnsafeRawBufferPointer(start: nil, count: 0)
        return Array(token.utf8).withUnsafeBytes { secret in
            let question = ValidateQuestion(
                secret: secret, clientIP: none, resource: none, action: Action.read.rawValue, httpMethod: none,
                path: none)
            let (answer, key) = counter.service.validate(
                question, at: now, caller: none, in: standing.validateScope, on: counter.lane)
            return (answer.verdict, key?._withUnsafeGuaranteedRef { "\($0.key.id)" })
        }
    }
}
