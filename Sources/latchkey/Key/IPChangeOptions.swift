// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// From where a key may be used from now on.
struct IPChangeOptions: ParsableArguments {
    @Option(
        help: .init("An address or CIDR block that it may be used from, instead of those before.", valueName: "cidr"),
        transform: IPArgument.parse)
    var ip: [String] = []

    @Flag(help: "It may be used from anywhere.")
    var clearIps = false

    /// Not in validate(), which would be asked before a misspelt flag is complained of.
    func check() throws(CommandFailure) {
        try CommandFailure.refuseBoth("--ip", !ip.isEmpty, "--clear-ips", clearIps)
    }

    /// `nil` = as before, empty = anywhere.
    var allowedIPs: [String]? { clearIps ? [] : ip.isEmpty ? nil : ip }
}
