// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// A call that a client makes.
public enum Call: Sendable, Equatable {
    case createKey(CreateKeyRequest)
    case getKey(GetKeyRequest)
    case listKeys(ListKeysRequest)
    case updateKey(UpdateKeyRequest)
    case rekeyKey(RekeyKeyRequest)
    case retireSecrets(RetireSecretsRequest)
    case revokeKey(RevokeKeyRequest)
    case revokeAllKeys(RevokeAllKeysRequest)
    case validate(ValidateRequest)
    case validateBatch(ValidateBatchRequest)
    case reportOutcome(ReportOutcomeRequest)
    case streamUsage(StreamUsageRequest)
    case getAccount(GetAccountRequest)
    case updateAccount(UpdateAccountRequest)
    case listAccounts(ListAccountsRequest)
    case importKeys(ImportKeysRequest)
    case whoAmI
    case health
    case snapshot
}

extension Call {
    /// As the contract has it: the member of `ClientFrame.call`.
    public var name: String {
        switch self {
        case .createKey: "create_key"
        case .getKey: "get_key"
        case .listKeys: "list_keys"
        case .updateKey: "update_key"
        case .rekeyKey: "rekey_key"
        case .retireSecrets: "retire_secrets"
        case .revokeKey: "revoke_key"
        case .revokeAllKeys: "revoke_all_keys"
        case .validate: "validate"
        case .validateBatch: "validate_batch"
        case .reportOutcome: "report_outcome"
        case .streamUsage: "stream_usage"
        case .getAccount: "get_account"
        case .updateAccount: "update_account"
        case .listAccounts: "list_accounts"
        case .importKeys: "import_keys"
        case .whoAmI: "who_am_i"
        case .health: "health"
        case .snapshot: "snapshot"
        }
    }
}

/// What a server answers, a message of a stream included.
public enum Reply: Sendable, Equatable {
    case createKey(CreateKeyResponse)
    case getKey(GetKeyResponse)
    case listKeys(ListKeysResponse)
    case updateKey(UpdateKeyResponse)
    case rekeyKey(RekeyKeyResponse)
    case retireSecrets(RetireSecretsResponse)
    case revokeKey(RevokeKeyResponse)
    case revokeAllKeys(RevokeAllKeysResponse)
    case validate(ValidateResponse)
    case validateBatch(ValidateBatchResponse)
    case reportOutcome(ReportOutcomeResponse)
    case streamUsage([UsageRecord])
    case getAccount(GetAccountResponse)
    case updateAccount(UpdateAccountResponse)
    case listAccounts(ListAccountsResponse)
    case importKeys(ImportKeysResponse)
    case whoAmI(WhoAmIResponse)
    case health(HealthResponse)
    case snapshot(SnapshotResponse)
}

/// Who makes a call, from where, and until when the answer is of use.
public struct CallContext: Sendable, Equatable {
    /// Who: the id of the caller's key, "uid:N" on the Unix socket, or "anonymous". At most `Limits.journalNameBytes`.
    public var caller: String
    /// From where, likewise bounded.
    public var peer: String
    /// On the clock's time since boot; `nil` = no deadline.
    public var deadline: TimeSpan?
    /// When it came, on the same clock; `nil` = it may wait as long as it likes.
    public var arrival: TimeSpan?
    /// What he may do; `nil` = nothing that takes a right.
    public var authority: Authority?
    /// What that was found by; `nil` = nothing that the store could change.
    public var credential: CallerCredential?
    /// What it is about, and which accounts there are for him when he makes it. What lies in others is as if it were not
    /// there.
    public var target: CallTarget
    public var scope: AccountScope

    public init(
        caller: String, peer: String, deadline: TimeSpan? = nil, arrival: TimeSpan? = nil, authority: Authority?,
        credential: CallerCredential? = nil, target: CallTarget = .service, scope: AccountScope = .everything
    ) {
        self.caller = caller
        self.peer = peer
        self.deadline = deadline
        self.arrival = arrival
        self.authority = authority
        self.credential = credential
        self.target = target
        self.scope = scope
    }
}
