// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// What the reference model lets a request say: the rules for fields, each written from its own line of the contract. It
/// only says whether, not what is wrong.
enum ModelRule {
    static func isAccount(_ text: String) -> Bool {
        let plain = Array("abcdefghijklmnopqrstuvwxyz0123456789")
        return (1...63).contains(text.count) && text.allSatisfy { plain.contains($0) || "._-".contains($0) }
            && text.first.map { plain.contains($0) } == true && text != "latchkey"
    }

    static func isKeyID(_ text: String) -> Bool { text.utf8.count == 12 && text.utf8.allSatisfy(ModelToken.isDigit) }

    static func isUser(_ text: String) -> Bool { (1...128).contains(text.utf8.count) && isPlain(text) }

    static func isName(_ text: String) -> Bool { (1...100).contains(text.unicodeScalars.count) && isPlain(text) }

    static func isDescription(_ text: String) -> Bool { text.unicodeScalars.count <= 200 && isPlain(text) }

    static func isPlain(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 && !(128...159).contains($0.value) }
    }

    static func isPrefix(_ text: String) -> Bool { ModelToken.isPrefix(text.utf8) }

    static func isExpiry(_ expiry: Expiry?) -> Bool {
        switch expiry {
        case nil, .never: true
        // 1970 to 2200.
        case .at(let time): time.nanoseconds > 0 && time.nanoseconds < 7_258_118_400_000_000_000
        case .lifetime(let span): isLifetime(span)
        }
    }

    static func isLifetime(_ span: TimeSpan) -> Bool { span >= .milliseconds(1) && span <= .days(36_500) }

    static func isOverlap(_ span: TimeSpan) -> Bool { span >= .zero && span <= .days(30) }

    /// A day of the Gregorian calendar as YYYY-MM-DD.
    static func isDate(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [4, 2, 2], text.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == "-") }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]), year > 0,
            (1...12).contains(month)
        else { return false }
        let isLeap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0)
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return (1...days[month - 1]).contains(day)
    }

    static func isRate(_ limit: RateLimit?) -> Bool {
        guard let limit else { return true }
        // The longest that a burst may take to come back is 100 years.
        return (1...1_000_000).contains(limit.requests) && (1...86_400).contains(limit.perSeconds)
            && limit.burst <= 1_000_000
            && Int(limit.burst) * Int(limit.perSeconds) / Int(limit.requests) <= 36_500 * 86_400
    }

    /// Addresses and blocks, none twice.
    static func blocks(_ texts: [String]) -> [ModelBlock]? {
        let blocks = texts.compactMap { ModelBlock($0) }
        let isOnce = blocks.indices.allSatisfy { index in !blocks[..<index].contains(blocks[index]) }
        return blocks.count == texts.count && blocks.count <= 1_000 && isOnce ? blocks : nil
    }

    static func areGrants(_ grants: [Grant]) -> Bool {
        for (index, grant) in grants.enumerated() {
            if !isPattern(grant.resource) || grant.actions.actions.isEmpty || grant.actions.rawValue & 1 != 0 {
                return false
            }
            if Set(grant.fields).count != grant.fields.count { return false }
            if !grant.fields.allSatisfy({ (1...128).contains($0.utf8.count) && isPlain($0) }) { return false }
            let isTwice = grants[..<index].contains {
                $0.resource == grant.resource && $0.actions == grant.actions && Set($0.fields) == Set(grant.fields)
            }
            if isTwice { return false }
        }
        return true
    }

    /// A name, "*", or a name with "/*" behind it.
    private static func isPattern(_ text: String) -> Bool {
        if text == "*" { return true }
        let name = text.hasSuffix("/*") ? String(text.dropLast(2)) : text
        return !text.isEmpty && text.utf8.count <= 256 && !name.contains("*") && isPlain(text)
    }

    /// R11: whether a grant's resource covers one that is asked for.
    static func covers(_ pattern: String, _ resource: String) -> Bool {
        if pattern == "*" { return true }
        let (wanted, asked) = (
            pattern.split(separator: "/", omittingEmptySubsequences: false),
            resource.split(separator: "/", omittingEmptySubsequences: false)
        )
        guard wanted.count > 1, wanted.last == "*" else { return pattern == resource }
        let above = wanted.dropLast()
        return asked.count > above.count && Array(asked.prefix(above.count)) == Array(above)
            && !asked.dropFirst(above.count).joined(separator: "/").isEmpty
    }
}
