// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Numbers for a property; a run is repeated with LATCHKEY_SEED set to the seed that it printed.
enum Seed {
    static func generator(for property: String) -> SeededGenerator {
        let given = ProcessInfo.processInfo.environment["LATCHKEY_SEED"].flatMap { UInt64($0) }
        let seed = given ?? .random(in: 0 ... .max)
        print("\(property): seed \(seed)")
        return SeededGenerator(seed: seed)
    }
}
