// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// Reads JSON. Foundation's decoder takes seconds for the cases in a debug build: it cannot be asked what comes next.
struct JSONParser {
    private let bytes: [UInt8]
    private var position = 0

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    static func parse(_ bytes: [UInt8]) throws -> JSON {
        var parser = JSONParser(bytes)
        let value = try parser.value()
        parser.skipSpace()
        if parser.position < bytes.count { throw parser.fault }
        return value
    }

    private var fault: Mismatch { Mismatch("no JSON at byte \(position)") }

    private var next: UInt8 { position < bytes.count ? bytes[position] : 0 }

    private mutating func skipSpace() {
        while [0x20, 0x0A, 0x0D, 0x09].contains(next) { position += 1 }
    }

    /// Goes past `byte` if it comes next.
    private mutating func skip(_ byte: Character) -> Bool {
        skipSpace()
        guard next == byte.asciiValue else { return false }
        position += 1
        return true
    }

    private mutating func value() throws -> JSON {
        if skip("{") { return .object(try members()) }
        if skip("[") { return .array(try elements()) }
        if skip("\"") { return .string(try string()) }
        let start = position
        while next > 0x20, ![0x2C, 0x5D, 0x7D].contains(next) { position += 1 }
        switch String(decoding: bytes[start..<position], as: UTF8.self) {
        case "null": return .null
        case "true": return .bool(true)
        case "false": return .bool(false)
        case let word:
            guard let number = Int64(word) else { throw fault }
            return .number(number)
        }
    }

    private mutating func members() throws -> [String: JSON] {
        var found: [String: JSON] = [:]
        if skip("}") { return found }
        repeat {
            guard skip("\"") else { throw fault }
            let name = try string()
            guard skip(":"), found[name] == nil else { throw fault }
            found[name] = try value()
        } while skip(",")
        guard skip("}") else { throw fault }
        return found
    }

    private mutating func elements() throws -> [JSON] {
        var found: [JSON] = []
        if skip("]") { return found }
        repeat { found.append(try value()) } while skip(",")
        guard skip("]") else { throw fault }
        return found
    }

    /// The rest of a string, behind its first quote. Escapes come as UTF-16: two of them may be one character.
    private mutating func string() throws -> String {
        let start = position
        while next != 0x22, next != 0x5C, position < bytes.count { position += 1 }
        var out = String(decoding: bytes[start..<position], as: UTF8.self)
        var units: [UInt16] = []
        while position < bytes.count {
            let byte = next
            position += 1
            switch byte {
            case 0x22: return out + String(decoding: units, as: UTF16.self)
            case 0x5C: units.append(try escaped())
            default:
                out += String(decoding: units, as: UTF16.self)
                units = []
                let start = position - 1
                while next != 0x22, next != 0x5C, position < bytes.count { position += 1 }
                out += String(decoding: bytes[start..<position], as: UTF8.self)
            }
        }
        throw fault
    }

    private mutating func escaped() throws -> UInt16 {
        let byte = next
        position += 1
        switch byte {
        case UInt8(ascii: "n"): return 0x0A
        case UInt8(ascii: "r"): return 0x0D
        case UInt8(ascii: "t"): return 0x09
        case UInt8(ascii: "b"): return 0x08
        case UInt8(ascii: "f"): return 0x0C
        case UInt8(ascii: "u"):
            let digits = String(decoding: bytes[position..<min(position + 4, bytes.count)], as: UTF8.self)
            guard let unit = UInt16(digits, radix: 16) else { throw fault }
            position += 4
            return unit
        default: return UInt16(byte)
        }
    }
}
