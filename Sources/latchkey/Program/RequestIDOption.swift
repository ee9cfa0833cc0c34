// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyModel

/// What makes a change safe to try again.
struct RequestIDOption: ParsableArguments {
    @Option(
        help: .init(
            "Makes a retry safe: a UUID, or 32 to 128 hex digits, the same for each try.", valueName: "uuid"),
        transform: Self.parse)
    var requestID: [UInt8]?

    /// Its bytes; none = it was not given.
    var bytes: [UInt8] { requestID ?? [] }

    private static func parse(_ text: String) throws(ValidationError) -> [UInt8] {
        let groups = text.split(separator: "-", omittingEmptySubsequences: false)
        let isUUID = groups.map(\.utf8.count) == [8, 4, 4, 4, 12]
        let digits = Array((isUUID ? groups.joined() : text).utf8)
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count - digits.count % 2, by: 2) {
            guard let byte = byte(digits[index], digits[index + 1]) else { break }
            bytes.append(byte)
        }
        guard Limits.requestIDBytes.contains(bytes.count), bytes.count * 2 == digits.count else {
            throw ValidationError("write a UUID, as `uuidgen` makes one, or 32 to 128 hexadecimal digits")
        }
        return bytes
    }

    private static func byte(_ high: UInt8, _ low: UInt8) -> UInt8? {
        guard let high = Character(.init(high)).hexDigitValue, let low = Character(.init(low)).hexDigitValue else {
            return nil
        }
        return UInt8(high << 4 | low)
    }
}
