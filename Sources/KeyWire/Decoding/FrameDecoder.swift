// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import CLatchkeyProto
package import KeyModel

/// Decodes the messages that clients send, into an arena that the next frame reuses.
///
/// One belongs to one event loop.
@safe package final class FrameDecoder {
    private let arena: Arena
    private let schema = WireSchema.clientFrame

    /// The authorization of the frame that was decoded last, in its bytes; `nil` = it carries none.
    private var authorization: UnsafeRawBufferPointer?

    package init() {
        arena = Arena(capacity: Limits.decodedFrameBytes)
    }

    /// A decoded message.
    package struct Frame {
        package var id: UInt64
        /// 0 = no deadline.
        package var timeoutMilliseconds: UInt32
        package var content: Content
    }

    package enum Content {
        /// Valid until the next frame is decoded.
        case validate(ValidateQuestion)
        /// Likewise.
        case validateBatch(ValidateBatch)
        /// Likewise.
        case reportOutcome(OutcomeBatch)
        /// On the heap: of the others there are many more, and they are copied about.
        indirect case call(Call)
        case cancel(target: UInt64)
        /// Only an authorization.
        case nothing
    }

    /// A message that gets a Status; `id` is 0 where it could not be read.
    package struct Rejection: Error {
        package var id: UInt64
        package var refusal: Refusal
    }

    /// The first and the last field number of ClientFrame's calls.
    private static let calls = 10...31

    /// What the frame that was decoded last carries as authorization, whatever became of its call; `nil` afterwards.
    package func takeAuthorization() -> UnsafeRawBufferPointer? {
        defer { unsafe authorization = nil }
        return unsafe authorization
    }

    /// Leaves nothing of the frames that were decoded: for the end of a read. What was decoded is no longer valid.
    package func cleanse() {
        arena.cleanse()
    }

    /// Decodes one message, without its length prefix.
    package func decode(_ bytes: UnsafeRawBufferPointer) throws(Rejection) -> Frame {
        var outline = Outline()
        unsafe authorization = nil
        do throws(WireFault) {
            try unsafe scan(bytes, into: &outline)
        } catch {
            let code: StatusCode = error.kind == .unknownField ? .unimplemented : .invalidArgument
            let reason: Reason =
                error.kind != .unknownField
                ? .frameUndecodable : error.path.contains(".") ? .fieldNotImplemented : .callUnknown
            let violations = error.path.isEmpty ? [] : [FieldViolation(error.path, error.message)]
            throw unsafe Rejection(
                id: outline.id == 0 ? id(in: bytes) : outline.id,
                refusal: Refusal(code, reason, error.message, violations: violations))
        }
        do throws(Refusal) {
            return Frame(
                id: outline.id, timeoutMilliseconds: UInt32(clamping: outline.timeout), content: try content(outline))
        } catch {
            throw Rejection(id: outline.id, refusal: error)
        }
    }

    /// What a scan of the frame's own fields has found.
    @safe private struct Outline {
        var id: UInt64 = 0
        var timeout: UInt64 = 0
        var seen: UInt64 = 0
        /// The call's field number; 0 = none.
        var call = 0
        /// The call's message, which of its fields are set, and its bytes.
        var message = 0
        var callSeen: UInt64 = 0
        var bytes = unsafe UnsafeRawBufferPointer(start: nil, count: 0)
    }

    private func scan(_ bytes: UnsafeRawBufferPointer, into outline: inout Outline) throws(WireFault) {
        var scanner = WireScanner()
        var reader = unsafe WireReader(bytes)
        var unknown: WireFault?
        while !reader.isAtEnd {
            let (number, wire) = try reader.tag()
            let mark = UInt64(1) << UInt64(min(number, 63))
            if outline.seen & mark != 0, number <= 4 || Self.calls.contains(number) {
                throw WireFault(.duplicate, schema.name(of: number, in: 0))
            }
            outline.seen |= mark
            switch (number, wire) {
            case (1, .varint): outline.id = try reader.varint()
            case (2, .varint): outline.timeout = try reader.varint()
            case (3, .length), (4, .length):
                let text = try unsafe reader.lengthDelimited()
                if let fault = unsafe textFault(text) { throw WireFault(fault, schema.name(of: number, in: 0)) }
                if number == 3 { unsafe authorization = text }
            case (Self.calls, .length):
                if outline.call != 0 { throw WireFault(.duplicate, schema.name(of: number, in: 0)) }
                outline.call = number
                unsafe outline.bytes = try unsafe reader.lengthDelimited()
                outline.message = unsafe schema.fields[schema.messages[0].base + number].message
                do throws(WireFault) {
                    outline.callSeen = try unsafe scanner.scan(outline.message, outline.bytes)
                } catch {
                    // Fields after the call, the id among them, are still to be read.
                    unknown = unknown ?? error.within(schema.name(of: number, in: 0))
                }
            case (1...4, _), (Self.calls, _):
                throw WireFault(.wrongWireType, schema.name(of: number, in: 0))
            default:
                unknown = unknown ?? WireFault(.unknownField, "field \(number)")
                switch wire {
                case .varint: _ = try reader.varint()
                case .fixed32: try reader.skip(4)
                case .fixed64: try reader.skip(8)
                case .length: _ = try unsafe reader.lengthDelimited()
                }
            }
        }
        if let unknown { throw unknown }
    }

    /// The id of a message that the scan gave up before it came to it; 0 where it cannot be read.
    private func id(in bytes: UnsafeRawBufferPointer) -> UInt64 {
        var reader = unsafe WireReader(bytes)
        do throws(WireFault) {
            while !reader.isAtEnd {
                let (number, wire) = try reader.tag()
                switch wire {
                case .varint:
                    let value = try reader.varint()
                    if number == 1 { return value }
                case .fixed32: try reader.skip(4)
                case .fixed64: try reader.skip(8)
                case .length: _ = try unsafe reader.lengthDelimited()
                }
            }
        } catch {}
        return 0
    }

    private func content(_ outline: Outline) throws(Refusal) -> Content {
        if outline.id == 0 {
            throw Refusal(
                .invalidArgument, .idInvalid, "every frame needs an id other than 0",
                violations: [
                    FieldViolation("id", "required, any number but 0")
                ])
        }
        if outline.timeout > UInt32.max {
            throw .invalid([FieldViolation("timeout_ms", "must be at most 4294967295")])
        }
        if outline.seen & 1 << 4 != 0 {
            throw .unimplemented(fields: [schema.name(of: 4, in: 0)], in: "ClientFrame")
        }
        if outline.call == 0 {
            if outline.seen & 1 << 3 != 0 { return .nothing }
            throw Refusal(.invalidArgument, .callMissing, "the frame holds no call; set one member of ClientFrame.call")
        }
        if outline.call == ClientCallField.validate.rawValue {
            try refuseUnimplemented(outline, implemented: ValidateCodec.implementedFields)
            return unsafe .validate(try ValidateCodec.question(try unpack(outline)))
        }
        if outline.call == ClientCallField.validateBatch.rawValue {
            return unsafe .validateBatch(try ValidateCodec.batch(try unpack(outline)))
        }
        if outline.call == ClientCallField.reportOutcome.rawValue {
            return unsafe .reportOutcome(try OutcomeCodec.batch(try unpack(outline)))
        }
        guard let call = ClientCallField(rawValue: outline.call) else {
            let name = schema.name(of: outline.call, in: 0)
            throw Refusal(
                .unimplemented, .callNotImplemented, "\(name) is not implemented in this version",
                violations: [FieldViolation(name, "not implemented in this version")])
        }
        try refuseUnimplemented(outline, implemented: call.implementedFields)
        if call == .cancel { return unsafe .cancel(target: RequestCodec.cancelTarget(try unpack(outline))) }
        return unsafe .call(try RequestCodec.decode(call, try unpack(outline), seen: outline.callSeen))
    }

    /// A field that is set and not honoured is refused by its name, never ignored.
    @inline(__always)
    private func refuseUnimplemented(_ outline: Outline, implemented: UInt64) throws(Refusal) {
        let beyond = outline.callSeen & ~implemented & (1 << 56 - 1)
        if beyond == 0 { return }
        let names = (0..<56).filter { beyond & 1 << UInt64($0) != 0 }.map { schema.name(of: $0, in: outline.message) }
        throw .unimplemented(fields: names, in: schema.name(of: outline.call, in: 0))
    }

    private func unpack(_ outline: Outline) throws(Refusal) -> UnsafeRawPointer {
        arena.reset()
        let start = unsafe outline.bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
        let descriptor = unsafe schema.messages[outline.message].descriptor
        guard let message = unsafe protobuf_c_message_unpack(descriptor, &arena.allocator, outline.bytes.count, start)
        else {
            throw Refusal(.invalidArgument, .frameUndecodable, "the call's message cannot be decoded")
        }
        return UnsafeRawPointer(message)
    }
}

/// The calls that this version serves, by their field number in ClientFrame.
enum ClientCallField: Int {
    case createKey = 10
    case getKey = 11
    case listKeys = 12
    case updateKey = 13
    case rekeyKey = 14
    case retireSecrets = 15
    case revokeKey = 16
    case revokeAllKeys = 17
    case validate = 18
    case validateBatch = 19
    case reportOutcome = 20
    case streamUsage = 21
    case getAccount = 23
    case updateAccount = 24
    case listAccounts = 25
    case importKeys = 26
    case whoAmI = 28
    case health = 29
    case snapshot = 30
    case cancel = 31

    /// Which fields of its request are honoured: bit n = field n. The others belong to later versions.
    var implementedFields: UInt64 {
        switch self {
        case .createKey, .getKey, .listKeys, .updateKey, .rekeyKey, .retireSecrets, .revokeKey, .revokeAllKeys,
            .validateBatch, .reportOutcome, .streamUsage, .getAccount, .updateAccount, .listAccounts, .importKeys,
            .cancel:
            .max
        case .validate: ValidateCodec.implementedFields
        case .whoAmI, .health, .snapshot: 0
        }
    }
}
