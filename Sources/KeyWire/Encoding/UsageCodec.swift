// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import CLatchkeyProto
internal import KeyModel

/// Entries of the usage log, both ways.
enum UsageCodec {
    static func encode(_ record: UsageRecord, _ packer: Packer) -> UnsafeMutablePointer<Latchkey__V1__UsageRecord> {
        let message = unsafe packer.make(latchkey__v1__usage_record__init)
        unsafe message.pointee.sequence = record.sequence
        switch record.kind {
        case .event(let event):
            unsafe message.pointee.kind_case = LATCHKEY__V1__USAGE_RECORD__KIND_EVENT
            unsafe message.pointee.event = unsafe encode(event, packer)
        case .outcome(let outcome):
            unsafe message.pointee.kind_case = LATCHKEY__V1__USAGE_RECORD__KIND_OUTCOME
            unsafe message.pointee.outcome = unsafe OutcomeCodec.encode(outcome, packer)
        case .gap(let gap):
            let inner = unsafe packer.make(latchkey__v1__usage_gap__init)
            unsafe inner.pointee.first_sequence = gap.firstSequence
            unsafe inner.pointee.count = gap.count
            unsafe inner.pointee.reason = unsafe packer.text(gap.reason)
            unsafe message.pointee.kind_case = LATCHKEY__V1__USAGE_RECORD__KIND_GAP
            unsafe message.pointee.gap = unsafe inner
        case .live:
            unsafe message.pointee.kind_case = LATCHKEY__V1__USAGE_RECORD__KIND_LIVE
            unsafe message.pointee.live = unsafe packer.make(latchkey__v1__usage_live__init)
        case .heartbeat(let time):
            let inner = unsafe packer.make(latchkey__v1__usage_heartbeat__init)
            unsafe inner.pointee.time = unsafe TimeCodec.encode(time, packer)
            unsafe message.pointee.kind_case = LATCHKEY__V1__USAGE_RECORD__KIND_HEARTBEAT
            unsafe message.pointee.heartbeat = unsafe inner
        }
        return unsafe message
    }

    private static func encode(_ event: UsageEvent, _ packer: Packer) -> UnsafeMutablePointer<Latchkey__V1__UsageEvent>
    {
        let message = unsafe packer.make(latchkey__v1__usage_event__init)
        unsafe message.pointee.time = unsafe TimeCodec.encode(event.time, packer)
        unsafe message.pointee.verdict = Latchkey__V1__Verdict(rawValue: event.verdict?.rawValue ?? 0)
        unsafe message.pointee.key_id = unsafe packer.text(event.keyID)
        unsafe message.pointee.name = unsafe packer.text(event.name)
        unsafe message.pointee.account_id = unsafe packer.text(event.accountID)
        unsafe message.pointee.user_id = unsafe packer.text(event.userID)
        unsafe message.pointee.client_ip = unsafe packer.text(event.clientIP)
        unsafe message.pointee.http_method = unsafe packer.text(event.httpMethod)
        unsafe message.pointee.path = unsafe packer.text(event.path)
        unsafe message.pointee.resource = unsafe packer.text(event.resource)
        unsafe message.pointee.http_status = event.httpStatus
        unsafe message.pointee.generation = event.generation
        unsafe message.pointee.superseded = event.superseded ? 1 : 0
        unsafe message.pointee.message = unsafe packer.text(event.message)
        unsafe message.pointee.usage_id = unsafe packer.bytes(event.usageID)
        unsafe message.pointee.caller = unsafe packer.text(event.caller)
        return unsafe message
    }

    /// `nil` for an entry of a kind that this version does not know.
    static func decode(_ message: UnsafeMutablePointer<Latchkey__V1__UsageRecord>?) -> UsageRecord? {
        guard let record = unsafe message?.pointee else { return nil }
        switch unsafe record.kind_case {
        case LATCHKEY__V1__USAGE_RECORD__KIND_EVENT:
            guard let event = unsafe record.event?.pointee else { return nil }
            return unsafe UsageRecord(sequence: record.sequence, kind: .event(decode(event)))
        case LATCHKEY__V1__USAGE_RECORD__KIND_OUTCOME:
            guard let outcome = unsafe record.outcome?.pointee else { return nil }
            return unsafe UsageRecord(sequence: record.sequence, kind: .outcome(OutcomeCodec.decode(outcome)))
        case LATCHKEY__V1__USAGE_RECORD__KIND_GAP:
            guard let gap = unsafe record.gap?.pointee else { return nil }
            return unsafe UsageRecord(
                sequence: record.sequence,
                kind: .gap(
                    UsageGap(
                        firstSequence: gap.first_sequence, count: gap.count, reason: RequestCodec.text(gap.reason))))
        case LATCHKEY__V1__USAGE_RECORD__KIND_LIVE:
            return unsafe UsageRecord(sequence: record.sequence, kind: .live)
        case LATCHKEY__V1__USAGE_RECORD__KIND_HEARTBEAT:
            let time = unsafe record.heartbeat.flatMap { unsafe TimeCodec.time($0.pointee.time) }
            return unsafe UsageRecord(
                sequence: record.sequence, kind: .heartbeat(time ?? Timestamp(nanoseconds: 0)))
        default:
            return nil
        }
    }

    private static func decode(_ event: Latchkey__V1__UsageEvent) -> UsageEvent {
        unsafe UsageEvent(
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
        unsafe Array(UnsafeBufferPointer(start: data.data, count: data.len))
    }
}
