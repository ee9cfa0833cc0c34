// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// Who said where the server is: for advice, when it is not there.
enum AddressOrigin: Equatable {
    case flag(String)
    case environment(String)
    /// Nobody: see `DefaultAddress`.
    case usual

    /// From the program's arguments, of which the last one counts.
    init(_ arguments: [String]) {
        var flag: String?
        for (argument, next) in zip(arguments, arguments.dropFirst() + [""]) {
            if argument == "--address" { flag = next }
            if argument.hasPrefix("--address=") { flag = String(argument.dropFirst("--address=".count)) }
        }
        self = flag.map { .flag($0) } ?? Environment.value("LATCHKEY_ADDRESS").map { .environment($0) } ?? .usual
    }
}
