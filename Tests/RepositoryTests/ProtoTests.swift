// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite("The contract")
struct ProtoTests {
    @Test("The generated C code is what proto/ makes")
    func generatedCode() async throws {
        let check = try await Command.run("sh", "Sources/CLatchkeyProto/regenerate.sh", "--check")
        #expect(check.status == 0, "run `make proto`: \(check.output.prefix(2_000))")
    }

    @Test("Plain protoc compiles every file, and no field needs proto3's optional")
    func plainProtoc() async throws {
        let schema = try await Protoc.repository()
        #expect(schema.services[".latchkey.v1.KeyService"] != nil)
        for (name, message) in schema.messages {
            for field in message.fields where field.isProto3Optional {
                Issue.record("\(name).\(field.name): protoc-c refuses optional")
            }
        }
    }

    @Test("Everything in the public contract has a comment")
    func comments() async throws {
        let schema = try await Protoc.repository("latchkey/v1")
        let methods = schema.services.values.flatMap(\.methods)
        let explainedByTheirCall = Set(methods.filter(\.isCommented).flatMap { [$0.input, $0.output] })
        var bare: [String] = []
        for (name, service) in schema.services {
            if !service.isCommented { bare.append(name) }
            bare += service.methods.filter { !$0.isCommented }.map { "\(name).\($0.name)" }
        }
        for (name, type) in schema.enums {
            if !type.isCommented { bare.append(name) }
            bare += type.values.filter { !$0.isCommented }.map { "\(name).\($0.name)" }
        }
        for (name, message) in schema.messages {
            if !message.isCommented, !explainedByTheirCall.contains(name) { bare.append(name) }
            bare += message.fields.filter { !$0.isCommented && !isCall($0, of: name, message) }
                .map { "\(name).\($0.name)" }
        }
        #expect(bare.sorted() == [], "without a comment")
    }

    /// The calls of a frame are explained at their rpc, and together at their oneof.
    private func isCall(_ field: ProtoSchema.Field, of name: String, _ message: ProtoSchema.Message) -> Bool {
        guard let oneof = field.oneof, message.commentedOneofs.contains(oneof) else { return false }
        return [".latchkey.v1.ClientFrame call", ".latchkey.v1.ServerFrame result"].contains("\(name) \(oneof)")
    }

    @Test("The frames carry exactly the calls of the service, by name and type")
    func frames() async throws {
        let schema = try await Protoc.repository("latchkey/v1")
        let methods = schema.services.values.flatMap(\.methods)
        try #require(!methods.isEmpty)
        var calls = Dictionary(uniqueKeysWithValues: methods.map { (snakeCase($0.name), $0.input) })
        calls["cancel"] = ".latchkey.v1.CancelRequest"
        var results = Dictionary(uniqueKeysWithValues: methods.map { (snakeCase($0.name), $0.output) })
        results["error"] = ".latchkey.v1.Status"
        #expect(try members(of: "call", in: ".latchkey.v1.ClientFrame", schema) == calls)
        #expect(try members(of: "result", in: ".latchkey.v1.ServerFrame", schema) == results)
    }

    private func members(of oneof: String, in name: String, _ schema: ProtoSchema) throws -> [String: String] {
        let message = try #require(schema.messages[name])
        let members = message.fields.filter { $0.oneof == oneof }
        return Dictionary(uniqueKeysWithValues: members.map { ($0.name, $0.type) })
    }

    /// `WhoAmI` is `who_am_i`.
    private func snakeCase(_ name: String) -> String {
        name.enumerated().map { $0.element.isUppercase && $0.offset > 0 ? "_\($0.element)" : "\($0.element)" }
            .joined().lowercased()
    }

    @Test("Nothing that was released is removed, renumbered or retyped")
    func compatibility() async throws {
        let baseline = try ProtoSchema(
            descriptorSet: Array(Data(contentsOf: Repository.url("proto/baseline.binpb"))))
        try #require(!baseline.messages.isEmpty)
        let breaks = ProtoSchema.breaks(from: baseline, to: try await Protoc.repository())
        #expect(breaks == [], "against proto/baseline.binpb")
    }
}
