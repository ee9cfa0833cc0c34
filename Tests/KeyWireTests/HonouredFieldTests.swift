// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyWire
import Testing

@Suite struct HonouredFieldTests {
    /// What this version honours of each call that it serves. Everything else in the contract waits for a later one.
    static let honoured: [String: Set<String>] = [
        "create_key": [
            "account_id", "user_id", "name", "description", "allowed_ips", "grants", "unrestricted", "api_version",
            "expire_time", "lifetime", "never_expires", "rate_limit", "request_id",
        ],
        "get_key": ["key_id"],
        "list_keys": ["account_id", "filter", "limit", "starting_after", "ending_before", "offset"],
        "update_key": [
            "key_id", "update_mask", "name", "description", "user_id", "enabled", "allowed_ips", "grants",
            "unrestricted", "api_version", "expire_time", "lifetime", "never_expires", "rate_limit",
            "expected_revision", "request_id",
        ],
        "rekey_key": ["key_id", "overlap", "expected_revision", "request_id"],
        "retire_secrets": ["key_id", "expected_revision", "request_id"],
        "revoke_key": ["key_id", "expected_revision", "request_id"],
        "revoke_all_keys": ["account_id", "expected_count", "request_id"],
        "validate": [
            "secret", "client_ip", "resource", "action", "fields", "http_method", "path", "min_revision", "explain",
        ],
        "validate_batch": ["requests"],
        "report_outcome": ["outcomes"],
        "stream_usage": [
            "after_sequence", "after_time", "history", "account_id", "key_id", "user_id", "verdicts", "denied_only",
            "superseded_only", "no_follow", "limit", "newest_first",
        ],
        "get_account": ["account_id"],
        "update_account": [
            "account_id", "update_mask", "max_active_keys", "default_lifetime", "token_prefix", "require_public_ips",
            "api_version_downgrade_window", "default_overlap", "expected_revision", "request_id",
        ],
        "list_accounts": ["limit", "starting_after"],
        "import_keys": ["keys", "dry_run"],
        "who_am_i": [],
        "health": [],
        "snapshot": [],
        "cancel": ["target_id"],
    ]

    private let proto: ProtoText

    init() throws {
        proto = try ProtoText()
    }

    private func fields(of call: ProtoText.Field) -> [ProtoText.Field] { proto.messages[call.type, default: []] }

    @Test("the contract has the calls and fields that this list knows")
    func list() {
        #expect(proto.calls.map(\.number) == Array(10...31))
        let names = proto.calls.map(\.name)
        #expect(Set(Self.honoured.keys).isSubset(of: names))
        for call in proto.calls {
            #expect(Self.honoured[call.name, default: []].isSubset(of: fields(of: call).map(\.name)), "\(call.name)")
        }
        let waiting = proto.calls.filter { Self.honoured[$0.name] != nil }.flatMap { call in
            fields(of: call).map(\.name).filter { Self.honoured[call.name]?.contains($0) != true }
        }
        #expect(waiting.isEmpty)
    }

    @Test("a field that is set and not yet implemented is UNIMPLEMENTED naming it, never ignored")
    func notYet() {
        for call in proto.calls {
            guard let honoured = Self.honoured[call.name] else { continue }
            for field in fields(of: call) where !honoured.contains(field.name) {
                let found = DecodedFrame(Wire.frame(call.number, field.sample))
                #expect(found.id == 7)
                #expect(found.refusal?.code == .unimplemented, "\(call.name).\(field.name)")
                #expect(found.refusal?.reason == .fieldNotImplemented, "\(call.name).\(field.name)")
                #expect(found.fields == [field.name])
                #expect(found.refusal?.message.hasPrefix("\(call.name) does not honour \(field.name) ") == true)
            }
        }
    }

    @Test("all fields that are not yet implemented are named at once")
    func allAtOnce() {
        for call in proto.calls {
            guard let honoured = Self.honoured[call.name] else { continue }
            let later = fields(of: call).filter { !honoured.contains($0.name) }
            if later.isEmpty { continue }
            let found = DecodedFrame(Wire.frame(call.number, later.flatMap(\.sample)))
            #expect(found.fields == later.map(\.name))
        }
    }

    @Test("a field that is implemented is honoured or refused for what it holds")
    func implemented() {
        for call in proto.calls {
            guard let honoured = Self.honoured[call.name] else { continue }
            for field in fields(of: call) where honoured.contains(field.name) {
                let found = DecodedFrame(Wire.frame(call.number, field.sample))
                #expect(found.refusal?.code != .unimplemented, "\(call.name).\(field.name)")
                #expect(found.refusal?.reason != .frameUndecodable, "\(call.name).\(field.name)")
            }
        }
    }

    @Test("a call that is not yet implemented is UNIMPLEMENTED, CALL_NOT_IMPLEMENTED naming it, whatever it holds")
    func calls() {
        let later = proto.calls.filter { Self.honoured[$0.name] == nil }
        #expect(later.count == 2)
        for call in later {
            for message in [[]] + fields(of: call).map(\.sample) {
                let found = DecodedFrame(Wire.frame(call.number, message))
                #expect(found.id == 7)
                #expect(found.refusal?.code == .unimplemented)
                #expect(found.refusal?.reason == .callNotImplemented)
                #expect(found.fields == [call.name])
                #expect(found.refusal?.message.contains(call.name) == true)
            }
        }
    }
}
