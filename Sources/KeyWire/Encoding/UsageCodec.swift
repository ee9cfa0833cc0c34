// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import CLatchkeyProto
internal import KeyModel

/// Entries of the usage log, both ways.
enum UsageCodec {
    static func encode(_ record: UsageRecord, _ packer: Packer) -> UnsafeMutablePointer<Latchkey__V1__UsageRecord> {
        let message = packer.make(latchkey__v1__usage_record__init)
        message.pointee.sequence = record.sequence
        switch record.kind {
        case .event(let event):
            message.pointee.kind_case = LATCHKEY__V1__USAGE_RECORD__KIND_EVENT
            message.pointee.event = encode(event, packer)
        case .gap(let gap):
            let inner = packer.make(latchkey__v1__usage_gap__init)
            inner.pointee.first_sequence = gap.firstSequence
            inner.pointee.count = gap.count
            inner.pointee.reason = packer.text(gap.reason)
            message.pointee.kind_case = LATCHKEY__V1__USAGE_RECORD__KIND_GAP
            message.pointee.gap = inner
        case .live:
            message.pointee.kind_case = LATCHKEY__V1__USAGE_RECORD__KIND_LIVE
            message.pointee.live = packer.make(latchkey__v1__usage_live__init)
        }
        return message
    }

    private static func encode(_ event: UsageEvent, _ packer: Packer) -> UnsafeMutablePointer<Latchkey__V1__UsageEvent>
    {
        let message = packer.make(latchkey__v1__usage_event__init)
        message.pointee.time = TimeCodec.encode(event.time, packer)
        message.pointee.verdict = Latchkey__V1__Verdict(rawValue: event.verdict?.rawValue ?? 0)
        message.pointee.key_id = packer.text(event.keyID)
        message.pointee.name = packer.text(event.name)
        message.pointee.account_id = packer.text(event.accountID)
        message.pointee.user_id = packer.text(event.userID)
        message.pointee.client_ip = packer.text(event.clientIP)
        message.pointee.http_method = packer.text(event.httpMethod)
        message.pointee.path = packer.text(event.path)
        message.pointee.resource = packer.text(event.resource)
        message.pointee.http_status = event.httpStatus
        message.pointee.generation = event.generation
        message.pointee.superseded = event.superseded ? 1 : 0
        message.pointee.message = packer.text(event.message)
        message.pointee.usage_id = packer.bytes(event.usageID)
        message.pointee.caller = packer.text(event.caller)
        return message
    }

    /// `nil` for an entry of a kind that this version does not know.
    static func decode(_ message: UnsafeMutablePointer<Latchkey__V1__UsageRecord>?) -> UsageRecord? {
        guard let record = message?.pointee else { return nil }
        switch record.kind_case {
        case LATCHKEY__V1__USAGE_RECORD__KIND_EVENT:
            guard let event = record.event?.pointee else { return nil }
            return UsageRecord(sequence: record.sequence, kind: .event(decode(event)))
        case LATCHKEY__V1__USAGE_RECORD__KIND_GAP:
            guard let gap = record.gap?.pointee else { return nil }
            return UsageRecord(
                sequence: record.sequence,
                kind: .gap(
                    UsageGap(
                        firstSequence: gap.first_sequence, count: gap.count, reason: RequestCodec.text(gap.reason))))
        case LATCHKEY__V1__USAGE_RECORD__KIND_LIVE:
            return UsageRecord(sequence: record.sequence, kind: .live)
        default:
            return nil
        }
    }

    private static func decode(_ event: Latchkey__V1__UsageEvent) -> UsageEvent {
        UsageEvent(
            time: TimeCodec.time(event.time) ?? Timestamp(nanoseconds: 0),
            verdict: Verdict(rawValue: event.verdict.rawValue), keyID: RequestCodec.text(event.key_id),
            name: RequestCodec.text(event.name), accountID: RequestCodec.text(event.account_id),
            userID: RequestCodec.text(event.user_id), clientIP: RequestCodec.text(event.client_ip),
            httpMethod: RequestCodec.text(event.http_method), path: RequestCodec.text(event.path),
            resource: RequestCodec.text(event.resource), httpStatus: event.http_status, generation: event.generation,
            superseded: event.superseded != 0, message: RequestCodec.text(event.message),
            usageID: bytes(event.usage_id), caller: RequestCodec.text(event.caller))
    }

    static func bytes(_ data: ProtobufCBinaryData) -> [UInt8] {
        Array(UnsafeBufferPointer(start: data.data, count: data.len))
    }
}
