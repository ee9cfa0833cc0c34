// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// R13: the first of the callers, whom no other can make.
extension KeyStore {
    /// Makes an administrator that lasts. His token is handed to `keep` first, and he comes into being when that has
    /// kept it: so there is never one whose token nobody has.
    ///
    /// - Parameters:
    ///   - name: For people.
    ///   - origin: Who makes him, as the journal is to say.
    /// - Returns: His id.
    package nonisolated func makeAdministrator(
        name: String, by origin: String, _ keep: (String) throws -> Void
    ) async throws -> String {
        let issued = try await issueAdministrator()
        try keep(issued.token)
        let request = CreateKeyRequest(
            accountID: AccountSettings.callersID, userID: "administrator", name: name,
            grants: CallerRights.administratorGrants, expiry: .never)
        let context = CallContext(caller: origin, peer: "", authority: .administrator)
        let told = try await settled(await decideCreate(request, context, issued))
        return "\(try told.key().id)"
    }

    /// Whether there is an administrator that no time and no address ends.
    package var hasAdministrator: Bool { state.hasLastingAdministrator }

    private func issueAdministrator() throws(Refusal) -> TokenIssuer.Issued {
        try issue(prefix: Limits.callerTokenPrefix)
    }
}
