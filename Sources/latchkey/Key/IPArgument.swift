// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyModel

/// An address or a CIDR block on the command line. What is wrong with it is told before a server is asked.
enum IPArgument {
    static func parse(_ text: String) throws(ValidationError) -> String {
        do throws(IPBlockFault) {
            return try IPBlock(parsing: text).description
        } catch {
            throw ValidationError("it \(error)")
        }
    }
}
