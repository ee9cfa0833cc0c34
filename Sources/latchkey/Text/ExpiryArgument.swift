// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyModel

/// When a key ends, as the command line says it: `30d`, `never`, `2027-01-31`, `2027-01-31T12:00:00Z`.
struct ExpiryArgument: ExpressibleByArgument {
    let expiry: Expiry

    init?(argument: String) {
        if argument.lowercased() == "never" {
            expiry = .never
        } else if let duration = HumanDuration(argument: argument) {
            expiry = .lifetime(duration.span)
        } else if let time = RFC3339.time(argument) {
            expiry = .at(time)
        } else {
            return nil
        }
    }
}
