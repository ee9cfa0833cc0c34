// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// A request that changes something, and may have an id that makes a retry of it safe (B7).
public protocol MutatingRequest: Sendable {
    /// Empty = none.
    var requestID: [UInt8] { get set }
    /// What it is about, which says whose account it is in.
    var target: MutationTarget { get }
    /// Whether its reply holds a secret.
    static var givesSecret: Bool { get }
    var call: Call { get }
}

public enum MutationTarget: Sendable {
    case account(String)
    /// A key's id, as the request has it.
    case key(String)
}

extension CreateKeyRequest: MutatingRequest {
    public static var givesSecret: Bool { true }
    public var target: MutationTarget { .account(accountID) }
    public var call: Call { .createKey(self) }
}

extension UpdateKeyRequest: MutatingRequest {
    public static var givesSecret: Bool { false }
    public var target: MutationTarget { .key(keyID) }
    public var call: Call { .updateKey(self) }
}

extension RekeyKeyRequest: MutatingRequest {
    public static var givesSecret: Bool { true }
    public var target: MutationTarget { .key(keyID) }
    public var call: Call { .rekeyKey(self) }
}

extension RetireSecretsRequest: MutatingRequest {
    public static var givesSecret: Bool { false }
    public var target: MutationTarget { .key(keyID) }
    public var call: Call { .retireSecrets(self) }
}

extension RevokeKeyRequest: MutatingRequest {
    public static var givesSecret: Bool { false }
    public var target: MutationTarget { .key(keyID) }
    public var call: Call { .revokeKey(self) }
}

extension RevokeAllKeysRequest: MutatingRequest {
    public static var givesSecret: Bool { false }
    public var target: MutationTarget { .account(accountID) }
    public var call: Call { .revokeAllKeys(self) }
}

extension UpdateAccountRequest: MutatingRequest {
    public static var givesSecret: Bool { false }
    public var target: MutationTarget { .account(accountID) }
    public var call: Call { .updateAccount(self) }
}
