// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyWire
import Testing

@Suite struct UpdateMaskTests {
    private func updateKey(_ paths: [String], _ fields: [UInt8] = []) -> DecodedFrame {
        let mask = Wire.bytes(2, paths.flatMap { Wire.text(1, $0) })
        return DecodedFrame(Wire.frame(CallNumber.updateKey, Wire.text(1, SampleCalls.keyID) + mask + fields))
    }

    private func expectInvalid(_ found: DecodedFrame, _ fields: [String]) {
        #expect(found.refusal?.code == .invalidArgument)
        #expect(found.refusal?.reason == .invalidField)
        #expect(found.fields == fields)
    }

    @Test("an empty mask is INVALID_ARGUMENT, set or not")
    func empty() {
        expectInvalid(updateKey([]), ["update_mask"])
        expectInvalid(DecodedFrame(Wire.frame(CallNumber.updateKey, Wire.text(3, "name"))), ["update_mask"])
        expectInvalid(DecodedFrame(Wire.frame(CallNumber.updateAccount, Wire.number(3, 7))), ["update_mask"])
    }

    @Test("a mask with * or with what is no field is INVALID_ARGUMENT, and says what may be named")
    func unknown() {
        for path in ["*", "", "Name", "name.x", "expire_time", "lifetime", "never_expires", "key_id", "update_mask"] {
            let found = updateKey(["name", path], Wire.text(3, "n"))
            expectInvalid(found, ["update_mask"])
            #expect(found.refusal?.message.contains("\"\(path)\"") == true)
            #expect(found.refusal?.message.contains("allowed_ips, api_version, description, enabled, expiry") == true)
        }
        expectInvalid(updateKey(["*", "a", "b"]), ["update_mask", "update_mask", "update_mask"])
    }

    @Test("R1, R2, R9, R10, R16: a setting that is named and not set goes back to its default")
    func accountDefaults() {
        func decoded(_ path: String) -> Call? {
            let message = Wire.text(1, "acme") + Wire.bytes(2, Wire.text(1, path))
            return DecodedFrame(Wire.frame(CallNumber.updateAccount, message)).call
        }
        func update(_ change: (inout UpdateAccountRequest) -> Void) -> Call {
            var request = UpdateAccountRequest(accountID: "acme")
            change(&request)
            return .updateAccount(request)
        }
        #expect(decoded("default_lifetime") == update { $0.defaultLifetime = .days(365) })
        #expect(decoded("token_prefix") == update { $0.tokenPrefix = "lk" })
        #expect(decoded("require_public_ips") == update { $0.requirePublicIPs = false })
        #expect(decoded("api_version_downgrade_window") == update { $0.downgradeWindow = .hours(72) })
        #expect(decoded("default_overlap") == update { $0.defaultOverlap = .hours(4) })
    }

    @Test("R10, R11, B8: a list that is named and not set is emptied, a rate limit taken away")
    func emptied() {
        #expect(
            updateKey(["allowed_ips"]).call == .updateKey(UpdateKeyRequest(keyID: SampleCalls.keyID, allowedIPs: [])))
        #expect(updateKey(["grants"]).call == .updateKey(UpdateKeyRequest(keyID: SampleCalls.keyID, grants: [])))
        #expect(
            updateKey(["rate_limit"]).call == .updateKey(UpdateKeyRequest(keyID: SampleCalls.keyID, rateLimit: .clear)))
    }

    @Test("a field that is set and not named is refused by name")
    func setNotNamed() {
        let fields: [(String, [UInt8])] = [
            ("name", Wire.text(3, "n")), ("description", Wire.text(4, "")), ("enabled", Wire.number(6, 0)),
            ("expiry", Wire.bytes(11, [])), ("expiry", Wire.bytes(12, [])), ("expiry", Wire.number(13, 1)),
        ]
        for (name, bytes) in fields {
            let other = name == "name" ? "description" : "name"
            expectInvalid(updateKey([other], bytes), [name])
        }
        expectInvalid(
            updateKey(["name"], fields[1].1 + fields[2].1 + fields[5].1), ["description", "enabled", "expiry"])
    }

    @Test("R4, R6: a field that is named and not set becomes its default")
    func namedNotSet() {
        let expected = UpdateKeyRequest(keyID: SampleCalls.keyID, name: "", description: "", enabled: false)
        #expect(updateKey(["name", "description", "enabled"]).call == .updateKey(expected))
    }

    @Test("a path that is named twice counts once")
    func twice() {
        let expected = UpdateKeyRequest(keyID: SampleCalls.keyID, name: "n")
        #expect(updateKey(["name", "name"], Wire.text(3, "n")).call == .updateKey(expected))
    }

    @Test("R2: the path expiry needs one of its three fields")
    func expiry() {
        expectInvalid(updateKey(["expiry"]), ["expiry"])
        let expected = UpdateKeyRequest(keyID: SampleCalls.keyID, expiry: .at(Timestamp(nanoseconds: 0)))
        #expect(updateKey(["expiry"], Wire.bytes(11, [])).call == .updateKey(expected))
        expectInvalid(updateKey(["expiry"], Wire.number(13, 0)), ["never_expires"])
    }

    @Test("R1: max_active_keys is changed when it is named, to 0 when it is not set")
    func maxActiveKeys() {
        let message = Wire.text(1, "acme") + Wire.bytes(2, Wire.text(1, "max_active_keys"))
        for (bytes, value) in [([], UInt32(0)), (Wire.number(3, 9), 9)] {
            let found = DecodedFrame(Wire.frame(CallNumber.updateAccount, message + bytes))
            #expect(found.call == .updateAccount(UpdateAccountRequest(accountID: "acme", maxActiveKeys: value)))
        }
    }
}
