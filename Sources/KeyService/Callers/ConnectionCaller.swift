// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyCrypto
package import KeyModel
internal import KeyStore
internal import KeyUsage

/// The caller of one connection, and what it is told of him. Used on the connection's event loop only.
package final class ConnectionCaller {
    package var current: Caller
    private let service: KeyService
    private let lane: ValidateLane
    /// The token that `current` speaks for: the same again costs a compare, not a digest.
    private var token: SecretBytes?

    package init(_ peer: CallerPeer, _ service: KeyService, on lane: ValidateLane) {
        current = Caller(peer)
        self.service = service
        self.lane = lane
    }

    /// Notes the certificate that the connection came with, if it is taken for a caller's. The lane has been entered.
    package func noteCertificate(at now: Timestamp) {
        switch current.checkCertificate(on: lane, at: now) {
        case nil: break
        case .valid: countUse(at: now)
        case let verdict?: note(verdict, path: "certificate", by: current, current.keyID, at: now)
        }
    }

    /// Speaks for whoever has this token, from now on. Returns whether it is one in force; the lane has been entered.
    package func authorize(_ bytes: UnsafeRawBufferPointer, at now: Timestamp) -> Bool {
        let isSame = token?.withBytes { constantTimeEqual($0, bytes) } ?? false
        if isSame {
            current.refresh(on: lane, at: now)
            if current.standing.authority != nil { return true }
        }
        let (verdict, keyID) = service.authorize(&current, bytes, on: lane, at: now)
        if verdict == .valid {
            token = SecretBytes(copying: bytes)
            countUse(at: now)
            return true
        }
        token = nil
        note(verdict, path: "authorization", by: current, keyID, at: now)
        return false
    }

    /// Whether a call may be made; what it is made with, or what its caller is told. The lane has been entered.
    package func admit(_ call: Call, deadline: TimeSpan?, at now: Timestamp) throws(Refusal) -> CallContext {
        current.refresh(on: lane, at: now)
        do throws(Refusal) {
            try current.standing.check(call, accountOfKey: account)
        } catch {
            note(.permissionDenied, path: call.name, by: current, current.keyID, at: now)
            throw error
        }
        countUse(at: now)
        return CallContext(
            caller: current.standing.name, peer: current.peer.peer, deadline: deadline,
            authority: current.standing.authority, credential: current.found)
    }

    /// A caller is used when his token comes in, and whenever he makes a call that is no Validate: of those there are too
    /// many.
    private func countUse(at now: Timestamp) {
        current.keyID.flatMap { lane.index.find($0) }?._withUnsafeGuaranteedRef { $0.counters.countUse(at: now) }
    }

    /// What a caller is told who may not validate.
    package func refuseValidate(_ caller: Caller, at now: Timestamp) -> Refusal {
        note(.permissionDenied, path: "validate", by: caller, caller.keyID, at: now)
        return caller.standing.authority == nil ? .callerRequired : .notPermitted(.validate)
    }

    /// What a caller is told who may not report outcomes; `nil` = he may. The lane has been entered.
    package func refusalToReport(at now: Timestamp) -> Refusal? {
        current.refresh(on: lane, at: now)
        let rights = current.standing.authority?.rights
        if let rights, rights.allows(.report) { return nil }
        note(.permissionDenied, path: "report_outcome", by: current, current.keyID, at: now)
        return rights == nil ? .callerRequired : .notPermitted(.report)
    }

    private func account(ofKey id: String) -> String? {
        KeyID(id).flatMap { lane.index.find($0) }?._withUnsafeGuaranteedRef { $0.key.accountID }
    }

    /// Calls and tokens that were refused are in the usage log.
    private func note(_ verdict: Verdict, path: String, by caller: Caller, _ keyID: KeyID?, at now: Timestamp) {
        let record = keyID.flatMap { lane.index.find($0) }
        let answer = ValidateAnswer(
            verdict: verdict, generation: 0, supersededDeadline: nil, usageID: lane.nextUsageID())
        caller.standing.nameBytes.withUnsafeBytes { name in
            caller.peer.withQuestion(path: path) { question in
                lane.usage.push(question, answer, record, at: now, caller: name)
            }
        }
        lane.usage.signal()
    }
}
