// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@Suite("House rules")
struct TidyTests {
    private static let header = """
        // Copyright 2026 The Latchkey Authors
        // SPDX-License-Identifier: Apache-2.0

        """

    /// A wait for time to pass; `sleep` of a clock that a test winds is not one.
    private static var sleep: Regex<Substring> {
        /\b(?:Task(?:<[^>]*>)?|Thread|Clock\(\)|Glibc)\.sleep\b|\b(?:u|nano)sleep\(|(?:^|[=(){;])\s*sleep\(/
    }

    @Test("Every Swift file begins with its copyright and license", arguments: ["Sources", "Tests"])
    func heads(folder: String) throws {
        for file in try Repository.swiftFiles(under: folder) where !file.text.hasPrefix(Self.header) {
            Issue.record("\(file.path): does not begin with the two header lines")
        }
    }

    @Test("What can stop the process or a thread is explained where it stands")
    func trapsAndSleeps() throws {
        for file in try Repository.swiftFiles(under: "Sources") {
            for pattern in [/\btry!/, /\bfatalError\(/, Self.sleep] {
                report(file.offences(pattern, unlessExplainedWithin: 1), "has no comment that says why")
            }
        }
    }

    @Test("What the compiler is told to take on trust is proved in a comment")
    func trust() throws {
        for file in try Repository.swiftFiles(under: "Sources") {
            let pattern = /@unchecked\s+Sendable\b|\bnonisolated\(unsafe\)/
            report(file.offences(pattern, unlessExplainedWithin: 3), "has no comment that proves it")
        }
    }

    @Test("Tests use Swift Testing only, and never sleep to wait")
    func tests() throws {
        for file in try Repository.swiftFiles(under: "Tests") {
            report(file.offences(/\bXCTest\b/), "uses XCTest")
            report(file.offences(Self.sleep), "sleeps")
        }
    }

    @Test("The frame door keeps the hot path free of NIOAsyncChannel")
    func asyncChannel() throws {
        for file in try Repository.swiftFiles(under: "Sources/KeyServer") {
            report(file.offences(/\bNIOAsyncChannel\b/), "uses NIOAsyncChannel")
        }
    }

    private func report(_ places: [String], _ complaint: Comment) {
        for place in places { Issue.record("\(place): \(complaint.rawValue)") }
    }
}
