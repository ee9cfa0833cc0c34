// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A call of the journal's thread that strace made fail, read from `strace -f -ttt -xx`.
struct InjectedFault {
    /// How many calls were made to fail.
    private(set) var count = 0
    /// From the beginning of the first to the end of the program.
    private(set) var millisecondsToExit = Double.infinity
    /// Of the batch that was being written: nothing from here on is known to be on disk.
    private(set) var firstSequence: UInt64 = 0
    /// Whether it was no batch but a mark, which nobody waits for.
    private(set) var isMark = false

    /// Where a record has its sequence, after its length, type and flags.
    private static let sequenceBytes = 8..<16
    private static let typeByte = 4
    private static let markType: UInt64 = 5

    init(contentsOf path: String) throws {
        var called = 0.0
        var begin: Double?
        for line in try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 2)
            guard words.count == 3, let time = Double(words[1]) else { continue }
            if !words[2].hasPrefix("<..."), !words[2].hasPrefix("+++") { called = time }
            if begin == nil, words[2].hasPrefix("pwrite64("), let (sequence, isMark) = Self.sequence(words[2]) {
                // A mark repeats the sequence that it speaks of, which is on disk.
                (firstSequence, self.isMark) = (isMark ? sequence + 1 : sequence, isMark)
            }
            if line.contains("(INJECTED)") {
                count += 1
                begin = begin ?? called
            }
            if let begin, words[2].hasPrefix("+++ exited") { millisecondsToExit = (time - begin) * 1_000 }
        }
    }

    /// What stands in the first record of what is written, of which strace shows the first 32 bytes.
    private static func sequence(_ call: Substring) -> (UInt64, isMark: Bool)? {
        let bytes = call.split(separator: "\"").dropFirst().first?.split(separator: "\\x").compactMap {
            UInt64($0, radix: 16)
        }
        guard let bytes, bytes.count >= sequenceBytes.upperBound else { return nil }
        return (bytes[sequenceBytes].reversed().reduce(0) { $0 << 8 | $1 }, bytes[typeByte] == markType)
    }
}
