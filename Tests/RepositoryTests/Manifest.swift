// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// The targets that Package.swift declares and what they depend on, read as text: asking SwiftPM from within its own
/// test run would wait for its lock for ever.
struct Manifest {
    struct Target {
        let name: String
        let dependencies: [String]
    }

    /// Test targets are not among them.
    let targets: [Target]

    init(_ text: String) {
        let source = text.replacing(/\s\/\/[^\n]*/, with: "")
        var products: [String: String] = [:]
        for match in source.matches(of: /let (\w+): Target\.Dependency = \.product\(name: "(\w+)"/) {
            products[String(match.1)] = String(match.2)
        }
        targets = source.matches(of: /\.(?:target|executableTarget|systemLibrary)\(/).compactMap { match in
            let body = Self.balanced(source[match.range.upperBound...], open: "(", close: ")")
            guard let name = body.firstMatch(of: /name:\s*"(\w+)"/)?.1 else { return nil }
            let list = body.firstMatch(of: /dependencies:\s*\[/).map {
                Self.balanced(body[$0.range.upperBound...], open: "[", close: "]")
            }
            let items = (list ?? "").matches(of: /\.product\(name: "(\w+)"[^)]*\)|"(\w+)"|(\w+)/)
            let dependencies = items.compactMap { item -> String? in
                if let literal = item.1 ?? item.2 { return String(literal) }
                return item.3.map { products[String($0)] ?? String($0) }
            }
            return Target(name: String(name), dependencies: dependencies)
        }
    }

    /// What comes before the bracket that closes the one just opened.
    private static func balanced(_ text: Substring, open: Character, close: Character) -> Substring {
        var depth = 1
        for index in text.indices {
            if text[index] == open { depth += 1 }
            if text[index] == close { depth -= 1 }
            if depth == 0 { return text[..<index] }
        }
        return text
    }
}
