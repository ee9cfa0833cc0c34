// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// What a file has to be before what is in it is believed.
struct FileTrust: OptionSet, Sendable {
    let rawValue: UInt8

    /// Its owner is the user who reads it, or root: anybody else could change it, or who may.
    static let ofOwner = FileTrust(rawValue: 1)
    /// Nobody but its owner may write it.
    static let notWritable = FileTrust(rawValue: 2)
    /// Nobody but its owner may do anything with it.
    static let secret = FileTrust(rawValue: 4)

    /// What is wrong with a file; `nil` = nothing is.
    ///
    /// - Parameter user: Who reads it.
    func fault(_ path: String, _ status: stat, user: uid_t) -> TLSFault? {
        if contains(.ofOwner), status.st_uid != user, status.st_uid != 0 {
            return TLSFault(
                "\(path) belongs to user \(status.st_uid), neither to this one, \(user), nor to root",
                advice: "run: chown \(user) \(path)")
        }
        if contains(.secret), status.st_mode & 0o077 != 0 {
            return TLSFault("others than its owner may use the private key \(path)", advice: "run: chmod 600 \(path)")
        }
        if contains(.notWritable), status.st_mode & 0o022 != 0 {
            return TLSFault(
                "others than its owner may write \(path), and so say who is let in",
                advice: "run: chmod go-w \(path)")
        }
        return nil
    }
}
