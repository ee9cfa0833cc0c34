// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite("The check of one schema against another")
struct ProtoCompatibilityTests {
    private static let original = """
        syntax = "proto3";
        package p;
        message Gone { message Inner { int32 x = 1; } }
        message A {
          string name = 1;
          repeated int64 counts = 2;
          oneof choice { B b = 3; bool c = 4; }
          Kind kind = 5;
        }
        message B { fixed64 f = 1; }
        enum Kind { KIND_UNSPECIFIED = 0; KIND_ONE = 1; }
        enum Lost { LOST_UNSPECIFIED = 0; }
        service S { rpc Call(A) returns (B); rpc Follow(A) returns (stream B); }
        service Closed {}
        """

    struct Mutation: Sendable, CustomTestStringConvertible {
        let from: String
        let to: String
        let breaks: [String]
        var testDescription: String { "\(from) -> \(to)" }
    }

    static let breaking = [
        Mutation(from: "string name = 1;", to: "", breaks: [".p.A.name: field removed"]),
        Mutation(from: "name = 1", to: "name = 9", breaks: [".p.A.name: renumbered from 1 to 9"]),
        Mutation(
            from: "string name = 1;", to: "string name = 9; string other = 1;",
            breaks: [".p.A.name: renumbered from 1 to 9"]),
        Mutation(from: "string name", to: "string label", breaks: [".p.A.name: renamed to label"]),
        Mutation(from: "string name", to: "bytes name", breaks: [".p.A.name: type changed from string to bytes"]),
        Mutation(from: "Kind kind", to: "int32 kind", breaks: [".p.A.kind: type changed from .p.Kind to int32"]),
        Mutation(from: "repeated int64", to: "int64", breaks: [".p.A.counts: is no longer repeated"]),
        Mutation(from: "string name", to: "repeated string name", breaks: [".p.A.name: is now repeated"]),
        Mutation(
            from: "bool c = 4; }", to: "} bool c = 4;", breaks: [".p.A.c: moved from oneof choice to (none)"]),
        Mutation(from: "KIND_ONE = 1;", to: "", breaks: [".p.Kind.KIND_ONE: enum value removed"]),
        Mutation(from: "KIND_ONE = 1", to: "KIND_ONE = 2", breaks: [".p.Kind.KIND_ONE: renumbered from 1 to 2"]),
        Mutation(from: "enum Lost { LOST_UNSPECIFIED = 0; }", to: "", breaks: [".p.Lost: enum removed"]),
        Mutation(from: "rpc Call(A) returns (B);", to: "", breaks: [".p.S.Call: rpc removed"]),
        Mutation(from: "rpc Call(A)", to: "rpc Call(B)", breaks: [".p.S.Call: request changed from .p.A to .p.B"]),
        Mutation(
            from: "Call(A) returns (B)", to: "Call(A) returns (A)",
            breaks: [".p.S.Call: response changed from .p.B to .p.A"]),
        Mutation(from: "stream B", to: "B", breaks: [".p.S.Follow: streaming changed"]),
        Mutation(from: "service Closed {}", to: "", breaks: [".p.Closed: service removed"]),
        Mutation(
            from: "message Gone { message Inner { int32 x = 1; } }", to: "",
            breaks: [".p.Gone: message removed", ".p.Gone.Inner: message removed"]),
        Mutation(from: "package p;", to: "package q;", breaks: everything),
    ]

    private static let everything = [
        ".p.A: message removed", ".p.B: message removed", ".p.Gone: message removed", ".p.Gone.Inner: message removed",
        ".p.Kind: enum removed", ".p.Lost: enum removed", ".p.Closed: service removed", ".p.S: service removed",
    ]

    @Test("Each kind of break is found", arguments: breaking)
    func finds(mutation: Mutation) async throws {
        #expect(try await breaks(after: mutation) == mutation.breaks)
    }

    @Test(
        "What is only added is none",
        arguments: [
            Mutation(from: "string name = 1;", to: "string name = 1; string other = 9;", breaks: []),
            Mutation(from: "bool c = 4;", to: "bool c = 4; B d = 10;", breaks: []),
            Mutation(from: "KIND_ONE = 1;", to: "KIND_ONE = 1; KIND_TWO = 2;", breaks: []),
            Mutation(from: "rpc Call", to: "rpc Another(A) returns (A); rpc Call", breaks: []),
            Mutation(from: "message B {", to: "message New {} message B {", breaks: []),
            Mutation(from: "name = 1;", to: "name = 1 [json_name = \"name\"];", breaks: []),
        ])
    func tolerates(mutation: Mutation) async throws {
        #expect(try await breaks(after: mutation) == [])
    }

    private func breaks(after mutation: Mutation) async throws -> [String] {
        let mutated = Self.original.replacing(mutation.from, with: mutation.to)
        try #require(mutated != Self.original, "the mutation must change something")
        return ProtoSchema.breaks(from: try await schema(Self.original), to: try await schema(mutated))
    }

    private func schema(_ source: String) async throws -> ProtoSchema {
        try await withTemporaryDirectory { directory in
            try Data(source.utf8).write(to: directory.appendingPathComponent("p.proto"))
            return try await Protoc.compile(["p.proto"], root: directory)
        }
    }

    @Test("A descriptor set that is cut short or not one is refused, never misread")
    func malformed() {
        #expect(throws: ProtoMessage.Malformed.truncated) { try ProtoMessage([0x0A, 0x05, 0x01]) }
        #expect(throws: ProtoMessage.Malformed.truncated) { try ProtoMessage([0x80]) }
        #expect(throws: ProtoMessage.Malformed.overlongVarint) {
            try ProtoMessage(Array(repeating: 0xFF, count: 11))
        }
        #expect(throws: ProtoMessage.Malformed.wireType(3)) { try ProtoMessage([0x0B]) }
    }
}
