// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyModel

/// A usage id as JSON has it: 16 bytes in base64, with or without `==`.
struct UsageIDArgument: ExpressibleByArgument {
    let bytes: [UInt8]

    init?(argument: String) {
        let digits = argument.hasSuffix("==") ? argument.dropLast(2) : argument[...]
        guard let bytes = SHA256Text.base64(Array(digits.utf8)), bytes.count == UsageID.byteCount else { return nil }
        self.bytes = bytes
    }
}
