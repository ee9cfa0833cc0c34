// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// The calls, each with its own request and response. `timeout` is how long the call may take; by default what the
/// client's configuration says.
extension KeyClient {
    /// Issues a key. The response holds its secret, which cannot be read again.
    public func createKey(
        _ request: CreateKeyRequest, timeout: Duration? = nil
    ) async throws(Refusal) -> CreateKeyResponse {
        guard case .createKey(let response) = try await call(.createKey(request), timeout: timeout) else {
            throw .otherAnswer
        }
        return response
    }

    /// Reads a key's record.
    public func getKey(_ request: GetKeyRequest, timeout: Duration? = nil) async throws(Refusal) -> GetKeyResponse {
        guard case .getKey(let response) = try await call(.getKey(request), timeout: timeout) else {
            throw .otherAnswer
        }
        return response
    }

    /// Changes the fields of a key that are set in the request.
    public func updateKey(
        _ request: UpdateKeyRequest, timeout: Duration? = nil
    ) async throws(Refusal) -> UpdateKeyResponse {
        guard case .updateKey(let response) = try await call(.updateKey(request), timeout: timeout) else {
            throw .otherAnswer
        }
        return response
    }

    /// Gives a key a new secret, which the response holds; the old one works for an overlap.
    public func rekeyKey(
        _ request: RekeyKeyRequest, timeout: Duration? = nil
    ) async throws(Refusal) -> RekeyKeyResponse {
        guard case .rekeyKey(let response) = try await call(.rekeyKey(request), timeout: timeout) else {
            throw .otherAnswer
        }
        return response
    }

    /// Ends every old secret of a key now.
    public func retireSecrets(
        _ request: RetireSecretsRequest, timeout: Duration? = nil
    ) async throws(Refusal) -> RetireSecretsResponse {
        guard case .retireSecrets(let response) = try await call(.retireSecrets(request), timeout: timeout) else {
            throw .otherAnswer
        }
        return response
    }

    /// Ends a key for good. Any Validate that begins after this returns is denied.
    public func revokeKey(
        _ request: RevokeKeyRequest, timeout: Duration? = nil
    ) async throws(Refusal) -> RevokeKeyResponse {
        guard case .revokeKey(let response) = try await call(.revokeKey(request), timeout: timeout) else {
            throw .otherAnswer
        }
        return response
    }

    /// Asks whether a presented key may do something. A denial is an answer, not an error: see
    /// `ValidateResponse.isValid`. A caller that gets an error must not let the request through.
    public func validate(
        _ request: ValidateRequest, timeout: Duration? = nil
    ) async throws(Refusal) -> ValidateResponse {
        guard case .validate(let response) = try await call(.validate(request), timeout: timeout) else {
            throw .otherAnswer
        }
        return response
    }

    /// Asks about 1 to 100 presented keys in one call; the answers come in the order of the requests.
    public func validateBatch(
        _ request: ValidateBatchRequest, timeout: Duration? = nil
    ) async throws(Refusal) -> ValidateBatchResponse {
        guard case .validateBatch(let response) = try await call(.validateBatch(request), timeout: timeout),
            response.responses.count == request.requests.count
        else { throw .otherAnswer }
        return response
    }

    /// Tells how requests ended that were allowed, for the usage log; of each, the last report counts. The response says
    /// how many were taken: the first so many. Report the rest again, a little later.
    public func reportOutcomes(
        _ outcomes: [ReportedOutcome], timeout: Duration? = nil
    ) async throws(Refusal) -> ReportOutcomeResponse {
        let request = ReportOutcomeRequest(outcomes: outcomes)
        guard case .reportOutcome(let response) = try await call(.reportOutcome(request), timeout: timeout) else {
            throw .otherAnswer
        }
        return response
    }

    /// Reads an account.
    public func getAccount(
        _ request: GetAccountRequest, timeout: Duration? = nil
    ) async throws(Refusal) -> GetAccountResponse {
        guard case .getAccount(let response) = try await call(.getAccount(request), timeout: timeout) else {
            throw .otherAnswer
        }
        return response
    }

    /// Changes an account's settings, and makes the account if there is none.
    public func updateAccount(
        _ request: UpdateAccountRequest, timeout: Duration? = nil
    ) async throws(Refusal) -> UpdateAccountResponse {
        guard case .updateAccount(let response) = try await call(.updateAccount(request), timeout: timeout) else {
            throw .otherAnswer
        }
        return response
    }

    /// Lists accounts by id, a page at a time.
    public func listAccounts(
        _ request: ListAccountsRequest = ListAccountsRequest(), timeout: Duration? = nil
    ) async throws(Refusal) -> ListAccountsResponse {
        guard case .listAccounts(let response) = try await call(.listAccounts(request), timeout: timeout) else {
            throw .otherAnswer
        }
        return response
    }

    /// Lists an account's keys, newest first, a page at a time.
    public func listKeys(_ request: ListKeysRequest, timeout: Duration? = nil) async throws(Refusal) -> ListKeysResponse
    {
        guard case .listKeys(let response) = try await call(.listKeys(request), timeout: timeout) else {
            throw .otherAnswer
        }
        return response
    }

    /// Ends every key of an account for good, all or none.
    public func revokeAllKeys(
        _ request: RevokeAllKeysRequest, timeout: Duration? = nil
    ) async throws(Refusal) -> RevokeAllKeysResponse {
        guard case .revokeAllKeys(let response) = try await call(.revokeAllKeys(request), timeout: timeout) else {
            throw .otherAnswer
        }
        return response
    }

    /// Takes over keys of another system; what was taken over before is left as it is.
    public func importKeys(
        _ request: ImportKeysRequest, timeout: Duration? = nil
    ) async throws(Refusal) -> ImportKeysResponse {
        guard case .importKeys(let response) = try await call(.importKeys(request), timeout: timeout) else {
            throw .otherAnswer
        }
        return response
    }

    /// Asks who the server takes this client for.
    public func whoAmI(timeout: Duration? = nil) async throws(Refusal) -> WhoAmIResponse {
        guard case .whoAmI(let response) = try await call(.whoAmI, timeout: timeout) else { throw .otherAnswer }
        return response
    }

    /// Asks whether the server is up.
    public func health(timeout: Duration? = nil) async throws(Refusal) -> HealthResponse {
        guard case .health(let response) = try await call(.health, timeout: timeout) else { throw .otherAnswer }
        return response
    }

    /// Has the server write a snapshot now, and returns when it is on disk. That takes as long as its disk needs for
    /// all keys, so a large store wants a `timeout` of minutes.
    public func snapshot(timeout: Duration? = nil) async throws(Refusal) -> SnapshotResponse {
        guard case .snapshot(let response) = try await call(.snapshot, timeout: timeout) else { throw .otherAnswer }
        return response
    }
}
