// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// Reads one JSON value (RFC 8259) and nothing beside it, strictly: what two readers might read differently, such as a
/// name that is there twice, is refused.
struct JSONReader {
    /// Values in values; what is imported needs four.
    private static let depthMax = 16

    private let bytes: [UInt8]
    private var index = 0

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    static func value(_ bytes: [UInt8]) throws(JSONFault) -> JSONValue {
        var reader = JSONReader(bytes)
        let value = try reader.value(depth: 0)
        reader.skipSpace()
        if reader.index < bytes.count { throw reader.fault("there is more behind the object") }
        return value
    }

    private func fault(_ what: String) -> JSONFault { JSONFault("byte \(index + 1): \(what)") }

    private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipSpace() {
        while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { index += 1 }
    }

    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    private mutating func value(depth: Int) throws(JSONFault) -> JSONValue {
        if depth > Self.depthMax { throw fault("too many objects within objects") }
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): return try object(depth)
        case UInt8(ascii: "["): return try list(depth)
        case UInt8(ascii: "\""): return .text(try text())
        case UInt8(ascii: "t"): return try word("true", .flag(true))
        case UInt8(ascii: "f"): return try word("false", .flag(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case nil: throw fault("the line ends too early")
        default: return .number(try number())
        }
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONFault) -> JSONValue {
        let word = Array("\(word)".utf8)
        guard bytes[index...].starts(with: word) else { throw fault("this is no JSON") }
        index += word.count
        return value
    }

    private mutating func object(_ depth: Int) throws(JSONFault) -> JSONValue {
        index += 1
        var members: [JSONValue.Member] = []
        var names: Set<String> = []
        skipSpace()
        if skip("}") { return .object([]) }
        repeat {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw fault("a member's name in quotes is missing") }
            let name = try text()
            guard names.insert(name).inserted else { throw fault("this name was there before") }
            skipSpace()
            guard skip(":") else { throw fault("a colon is missing") }
            members.append(.init(name: name, value: try value(depth: depth + 1)))
            skipSpace()
        } while skip(",")
        guard skip("}") else { throw fault("a comma or } is missing") }
        return .object(members)
    }

    private mutating func list(_ depth: Int) throws(JSONFault) -> JSONValue {
        index += 1
        var values: [JSONValue] = []
        skipSpace()
        if skip("]") { return .list([]) }
        repeat {
            values.append(try value(depth: depth + 1))
            skipSpace()
        } while skip(",")
        guard skip("]") else { throw fault("a comma or ] is missing") }
        return .list(values)
    }

    private mutating func number() throws(JSONFault) -> String {
        let rest = String(decoding: bytes[index...].prefix(64), as: UTF8.self)
        guard let match = rest.prefixMatch(of: /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/) else {
            throw fault("this is no JSON")
        }
        index += match.0.utf8.count
        return String(match.0)
    }
}

/// Texts.
extension JSONReader {
    private mutating func text() throws(JSONFault) -> String {
        index += 1
        var found: [UInt8] = []
        while let byte = next {
            index += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: found, as: UTF8.self) else { throw fault("this is not UTF-8") }
                return text
            case UInt8(ascii: "\\"): found += try escaped()
            case 0..<0x20: throw fault("a control character in a text must be escaped")
            default: found.append(byte)
            }
        }
        throw fault("the line ends within a text")
    }

    /// What a backslash and what follows it stand for.
    private mutating func escaped() throws(JSONFault) -> [UInt8] {
        guard let byte = next else { throw fault("the line ends within a text") }
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"): return Array(String(Character(try scalar())).utf8)
        default: throw fault("this is no escape that JSON knows")
        }
    }

    /// Four digits, or twice four for what is beyond the first 65,536.
    private mutating func scalar() throws(JSONFault) -> Unicode.Scalar {
        let high = try unit()
        // Messages carry texts that end with one.
        if high == 0 { throw fault("a text must not hold a NUL") }
        if let scalar = Unicode.Scalar(high) { return scalar }
        guard (0xD800..<0xDC00).contains(high), skip("\\"), skip("u") else { throw fault("half a surrogate pair") }
        let low = try unit()
        guard (0xDC00..<0xE000).contains(low),
            let scalar = Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
        else { throw fault("half a surrogate pair") }
        return scalar
    }

    private mutating func unit() throws(JSONFault) -> UInt32 {
        let digits = bytes[index...].prefix(4)
        guard digits.count == 4, digits.allSatisfy({ Character(.init($0)).isHexDigit }),
            let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw fault("four hexadecimal digits are missing") }
        index += 4
        return value
    }
}
