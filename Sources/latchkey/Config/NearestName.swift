// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// The name that somebody meant who wrote another: the one that the fewest changed, added or missing characters are
/// between, if they are few.
struct NearestName {
    let name: String?

    init(to written: String, among names: [String]) {
        let found = names.map { (name: $0, distance: Self.distance(written, $0)) }.min { $0.distance < $1.distance }
        name = found.flatMap { $0.distance <= max(2, $0.name.utf8.count / 3) ? $0.name : nil }
    }

    /// Levenshtein's.
    private static func distance(_ one: String, _ other: String) -> Int {
        let (first, second) = (Array(normal(one)), Array(normal(other)))
        // What is much longer than any name is not near to one.
        if first.count > Limits.comparedNameCharacters { return .max }
        var row = Array(0...second.count)
        for (index, character) in first.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for (place, wanted) in second.enumerated() {
                let changed = diagonal + (character == wanted ? 0 : 1)
                diagonal = row[place + 1]
                row[place + 1] = min(changed, row[place] + 1, row[place + 1] + 1)
            }
        }
        return row[second.count]
    }

    /// As it would be written here: eventLoops and EVENT_LOOPS are event-loops.
    private static func normal(_ name: String) -> String {
        var normal = ""
        for character in name {
            if character.isUppercase, normal.last?.isLowercase == true { normal += "-" }
            normal += character == "_" ? "-" : String(character)
        }
        return normal.lowercased()
    }
}
