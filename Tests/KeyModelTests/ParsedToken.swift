// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel

/// What the parser reads from a token, in memory of its own.
struct ParsedToken: Equatable {
    var id: String
    var idAndSecret: String

    init?(_ bytes: [UInt8]) {
        let parsed = bytes.withUnsafeBytes { bytes -> (String, String)? in
            guard let token = Token(parsing: bytes) else { return nil }
            return (token.id.description, String(decoding: token.idAndSecret, as: UTF8.self))
        }
        guard let parsed else { return nil }
        (id, idAndSecret) = parsed
    }

    init?(_ text: String) {
        self.init(Array(text.utf8))
    }
}
