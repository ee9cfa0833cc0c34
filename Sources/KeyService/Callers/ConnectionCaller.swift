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
    /// Whose failures count with this connection's.
    private let party: FailureMeter.Party

    /// What a token led to.
    package enum Authorization: Equatable {
        case inForce, refused
        /// It was refused, and too many were wrong before.
        case later(TimeSpan)
    }

    package init(_ peer: CallerPeer, _ service: KeyService, on lane: ValidateLane) {
        current = Caller(peer)
        self.service = service
        self.lane = lane
        party = peer.party
    }

    /// Notes the certificate that the connection came with, if it is taken for a caller's. The lane has been entered.
    package func noteCertificate(at now: Timestamp) {
        switch current.checkCertificate(on: lane, at: now) {
        case nil: break
        case .valid: countUse(at: now)
        case let verdict?: note(verdict, path: "certificate", by: current, current.keyID, at: now)
        }
    }

    /// Speaks for whoever has this token, from now on. The lane has been entered.
    package func authorize(_ bytes: UnsafeRawBufferPointer, at now: Timestamp) -> Authorization {
        let isSame = token?.withBytes { constantTimeEqual($0, bytes) } ?? false
        if isSame {
            current.refresh(on: lane, at: now)
            if current.standing.authority != nil { return .inForce }
        }
        // A good one is let in whatever came from its address before: others may share that with whoever guesses.
        let (verdict, keyID) = service.authorize(&current, bytes, on: lane, at: now)
        if verdict == .valid {
            token = SecretBytes(copying: bytes)
            countUse(at: now)
            return .inForce
        }
        token = nil
        if let wait = failed(at: now) { return .later(wait) }
        note(verdict, path: "authorization", by: current, keyID, at: now)
        return .refused
    }

    /// Whether a call may be made; what it is made with, or what its caller is told. The lane has been entered.
    ///
    /// - Parameter arrival: When it came, on the clock's time since boot: it may wait too long. `nil` = it may not.
    package func admit(
        _ call: Call, deadline: TimeSpan?, arrival: TimeSpan? = nil, at now: Timestamp
    ) throws(Refusal) -> CallContext {
        current.refresh(on: lane, at: now)
        do throws(Refusal) {
            try current.standing.check(call)
        } catch {
            noteDenied(call.name, current, at: now)
            throw error
        }
        countUse(at: now)
        let authority = current.standing.authority
        let scope = call.right.flatMap { authority?.rights.scope(of: $0) }
        return CallContext(
            caller: current.standing.name, peer: current.peer.peer, deadline: deadline,
            arrival: arrival, authority: authority, credential: current.found, target: call.target,
            scope: scope ?? .everything)
    }

    /// A caller is used when his token comes in, and whenever he makes a call that is no Validate: of those there are too
    /// many.
    private func countUse(at now: Timestamp) {
        current.keyID.flatMap { lane.index.find($0) }?._withUnsafeGuaranteedRef { $0.counters.countUse(at: now) }
    }

    /// What a caller is told who may not validate.
    package func refuseValidate(_ caller: Caller, at now: Timestamp) -> Refusal {
        refuse(.validate, path: "validate", caller, at: now)
    }

    /// What this caller is told, who may not report outcomes.
    package func refuseReport(at now: Timestamp) -> Refusal {
        refuse(.report, path: "report_outcome", current, at: now)
    }

    private func refuse(_ right: CallRight, path: String, _ caller: Caller, at now: Timestamp) -> Refusal {
        noteDenied(path, caller, at: now)
        return caller.standing.refusal(to: right)
    }

    /// A call was refused.
    private func noteDenied(_ path: String, _ caller: Caller, at now: Timestamp) {
        if caller.standing.isNobody, failed(at: now) != nil { return }
        note(.permissionDenied, path: path, by: caller, caller.keyID, at: now)
    }

    /// Counts what somebody has failed in who is no caller. Returns how long he is to wait, when that was one too many:
    /// then it is in no log, for there may be as many of them as the network carries.
    private func failed(at now: Timestamp) -> TimeSpan? {
        if let wait = service.failures.authorizations.wait(for: party, at: now) { return wait }
        service.failures.authorizations.count(party, at: now)
        return nil
    }

    /// Calls and tokens that were refused are in the usage log, of those who are no callers as many as may fail.
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
