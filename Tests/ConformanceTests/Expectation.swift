// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel

/// Compares what came with what a case expects of it.
struct Expectation {
    /// When the call began.
    let began: Timestamp

    private static let tolerance = TimeSpan.seconds(5)

    /// Throws where `actual` is not as expected. Of an object, only the members that are expected are looked at.
    func match(_ path: String, _ expected: JSON, _ actual: JSON) throws {
        switch (expected, actual) {
        case (.object(let members), _) where members.keys.contains { $0.hasPrefix("$") }:
            for (name, operand) in members where name.hasPrefix("$") {
                if try !holds(path, name, operand, members["from"], actual) {
                    throw Mismatch("\(path): \(name) \(operand) does not hold for \(actual)")
                }
            }
        case (.object(let members), .object):
            for (name, value) in members { try match("\(path).\(name)", value, actual[name] ?? .null) }
        case (.array(let wanted), .array(let found)) where wanted.count == found.count:
            for (index, value) in wanted.enumerated() { try match("\(path)[\(index)]", value, found[index]) }
        default:
            // Bytes, not characters: to Swift, texts are equal already when their normal forms are.
            let isSame = expected.text.map { Array($0.utf8) } == actual.text.map { Array($0.utf8) }
            if !isSame || expected.text == nil { throw Mismatch("\(path): expected \(expected), got \(actual)") }
        }
    }

    private func matches(_ expected: JSON, _ actual: JSON) -> Bool {
        do {
            try match("", expected, actual)
            return true
        } catch {
            return false
        }
    }

    private func holds(
        _ path: String, _ name: String, _ operand: JSON, _ from: JSON?, _ actual: JSON
    ) throws -> Bool {
        let wanted = operand.text ?? ""
        switch name {
        case "$set": return actual.isDefault == (wanted == "false")
        case "$count": return actual.array?.count == operand.int
        case "$lacks": return !actual.strings.contains { $0.contains(wanted) }
        case "$all":
            for each in operand.array ?? [] { try match(path, each, actual) }
            return true
        case _ where actual.isNull: return false
        case "$regex": return try (actual.text ?? "").wholeMatch(of: Regex(wanted)) != nil
        case "$not": return !matches(operand, actual)
        case "$contains": return actual.array?.contains { matches(operand, $0) } ?? false
        case "$atLeast":
            guard let least = UInt64(wanted), let found = actual.text.flatMap(UInt64.init) else { return false }
            return found >= least
        case "$time":
            let (found, span) = (try TimeText.timestamp(actual.text ?? ""), try TimeText.span(wanted))
            if let from = from?.text { return found == (try TimeText.timestamp(from)).advanced(by: span) }
            let earliest = began.advanced(by: TimeSpan(nanoseconds: span.nanoseconds - Self.tolerance.nanoseconds))
            let latest = SystemTime.now.advanced(
                by: TimeSpan(nanoseconds: span.nanoseconds + Self.tolerance.nanoseconds))
            return (earliest...max(earliest, latest)).contains(found)
        default: throw Mismatch("\(path): there is no matcher \(name)")
        }
    }
}
