// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import Testing

@Suite struct RefusalTests {
    @Test("codes are the canonical gRPC codes, by number and name")
    func codes() {
        let names = [
            "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS",
            "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE",
            "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
        ]
        #expect(StatusCode.allCases.map(\.name) == names)
        #expect(StatusCode.allCases.map(\.rawValue) == Array(1...16))
        #expect(StatusCode(rawValue: 0) == nil)
    }

    @Test("a field that is set and not yet implemented is UNIMPLEMENTED naming it")
    func unimplemented() {
        let refusal = Refusal.unimplemented(fields: ["grants", "request_id"], in: "create_key")
        #expect(refusal.code == .unimplemented)
        #expect(refusal.reason.rawValue == "FIELD_NOT_IMPLEMENTED")
        #expect(refusal.message == "create_key does not honour grants, request_id in this version; leave it unset")
        #expect(refusal.violations.map(\.field) == ["grants", "request_id"])
    }

    @Test("INVALID_ARGUMENT names every field and what would be right")
    func invalid() {
        let refusal = Refusal.invalid([FieldViolation("a", "must be b"), FieldViolation("c", "required")])
        #expect(refusal.code == .invalidArgument)
        #expect(refusal.reason.rawValue == "INVALID_FIELD")
        #expect(refusal.message == "a: must be b; c: required")
        #expect(refusal.retryAfter == nil)
    }

    @Test("expired work is refused with DEADLINE_EXCEEDED, an unknown key with NOT_FOUND")
    func others() {
        #expect(Refusal.deadlineExceeded.code == .deadlineExceeded)
        #expect(Refusal.deadlineExceeded.reason.rawValue == "DEADLINE_EXCEEDED")
        #expect(Refusal.noSuchKey("4mVb0QzYx1Ab").code == .notFound)
        #expect(Refusal.noSuchKey("4mVb0QzYx1Ab").reason.rawValue == "KEY_NOT_FOUND")
    }
}
