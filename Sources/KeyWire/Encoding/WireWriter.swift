// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// Writes protobuf's wire format into memory that is known to be large enough.
@safe struct WireWriter {
    private let space: UnsafeMutableRawBufferPointer
    private(set) var offset = 0

    init(_ space: UnsafeMutableRawBufferPointer) {
        unsafe self.space = unsafe space
    }

    /// Leaves room, for `patchLength`.
    mutating func skip(_ count: Int) {
        offset += count
    }

    /// Writes how many bytes follow the first four into those four, big-endian.
    func patchLength() {
        unsafe space.storeBytes(of: UInt32(truncatingIfNeeded: offset - 4).bigEndian, as: UInt32.self)
    }

    /// Bytes that are encoded already.
    @inline(__always)
    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        unsafe UnsafeMutableRawBufferPointer(rebasing: space[offset...]).copyMemory(from: bytes)
        offset += bytes.count
    }

    @inline(__always)
    mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            unsafe space[offset] = UInt8(truncatingIfNeeded: rest) | 0x80
            offset += 1
            rest >>= 7
        }
        unsafe space[offset] = UInt8(truncatingIfNeeded: rest)
        offset += 1
    }

    /// A number; 0 is the default and is left out.
    @inline(__always)
    mutating func varintField(_ number: UInt64, _ value: UInt64) {
        if value == 0 { return }
        varint(number << 3)
        varint(value)
    }

    @inline(__always)
    mutating func bytesField(_ number: UInt64, _ bytes: UnsafeRawBufferPointer) {
        if unsafe bytes.isEmpty { return }
        varint(number << 3 | 2)
        varint(UInt64(bytes.count))
        unsafe UnsafeMutableRawBufferPointer(rebasing: space[offset...]).copyMemory(from: bytes)
        offset += bytes.count
    }

    @inline(__always)
    mutating func textField(_ number: UInt64, _ text: String) {
        // The model's strings are native: their bytes are there without a copy.
        _ = unsafe text.utf8.withContiguousStorageIfAvailable { unsafe bytesField(number, UnsafeRawBufferPointer($0)) }
    }

    @inline(__always)
    mutating func textField(_ number: UInt64, _ text: StaticString) {
        unsafe bytesField(number, UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// A date as YYYY-MM-DD.
    mutating func dateField(_ number: UInt64, _ date: CalendarDate) {
        varint(number << 3 | 2)
        varint(10)
        var rest = date.number
        for place in (0..<10).reversed() {
            if place == 7 || place == 4 {
                unsafe space[offset + place] = UInt8(ascii: "-")
            } else {
                unsafe space[offset + place] = UInt8(ascii: "0") + UInt8(rest % 10)
                rest /= 10
            }
        }
        offset += 10
    }

    /// A google.protobuf.Timestamp: never longer than 127 bytes.
    mutating func timeField(_ number: UInt64, _ time: Timestamp) {
        message(number, atMost: 127) { inner in
            inner.varintField(1, UInt64(bitPattern: time.seconds))
            inner.varintField(2, UInt64(bitPattern: Int64(time.nanos)))
        }
    }

    /// A google.protobuf.Duration that is not negative.
    mutating func spanField(_ number: UInt64, _ span: TimeSpan) {
        message(number, atMost: 127) { inner in
            inner.varintField(1, UInt64(bitPattern: span.nanoseconds / 1_000_000_000))
            inner.varintField(2, UInt64(bitPattern: span.nanoseconds % 1_000_000_000))
        }
    }

    /// A message of at most so many bytes. Its length is known only afterwards: as many bytes are kept for it as it may
    /// take, and those that it does not are given back.
    @inline(__always)
    mutating func message(_ number: UInt64, atMost bound: Int, _ body: (inout WireWriter) -> Void) {
        varint(number << 3 | 2)
        let begin = offset
        let kept = Self.varintBytes(bound)
        offset += kept
        let content = offset
        body(&self)
        let length = offset - content
        let taken = Self.varintBytes(length)
        if taken < kept {
            let moved = unsafe UnsafeRawBufferPointer(rebasing: space[content..<offset])
            unsafe UnsafeMutableRawBufferPointer(rebasing: space[(begin + taken)...]).copyMemory(from: moved)
        }
        offset = begin
        varint(UInt64(length))
        offset += length
    }

    /// What a length takes itself.
    @inline(__always)
    static func varintBytes(_ length: Int) -> Int {
        length < 0x80 ? 1 : length < 0x4000 ? 2 : length < 0x20_0000 ? 3 : 5
    }
}
