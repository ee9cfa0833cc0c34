// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

extension ProtoSchema {
    /// What a program built on `old` would find broken when it meets `new`, on the wire, in proto3 JSON or in generated
    /// code. What is only added breaks nothing.
    static func breaks(from old: ProtoSchema, to new: ProtoSchema) -> [String] {
        var breaks: [String] = []
        for (name, message) in old.messages.sorted(by: { $0.key < $1.key }) {
            guard let now = new.messages[name] else {
                breaks.append("\(name): message removed")
                continue
            }
            breaks += message.fields.flatMap { fieldBreaks("\(name).\($0.name)", $0, among: now.fields) }
        }
        for (name, type) in old.enums.sorted(by: { $0.key < $1.key }) {
            guard let now = new.enums[name] else {
                breaks.append("\(name): enum removed")
                continue
            }
            breaks += type.values.compactMap { valueBreak("\(name).\($0.name)", $0, among: now.values) }
        }
        for (name, service) in old.services.sorted(by: { $0.key < $1.key }) {
            guard let now = new.services[name] else {
                breaks.append("\(name): service removed")
                continue
            }
            breaks += service.methods.flatMap { methodBreaks("\(name).\($0.name)", $0, among: now.methods) }
        }
        return breaks
    }

    private static func fieldBreaks(_ place: String, _ old: Field, among fields: [Field]) -> [String] {
        let moved = fields.first { $0.name == old.name }
            .map { "\(place): renumbered from \(old.number) to \($0.number)" }
        guard let new = fields.first(where: { $0.number == old.number }) else {
            return [moved ?? "\(place): field removed"]
        }
        guard new.name == old.name else { return [moved ?? "\(place): renamed to \(new.name)"] }
        var breaks: [String] = []
        if new.type != old.type { breaks.append("\(place): type changed from \(old.type) to \(new.type)") }
        if new.isRepeated != old.isRepeated {
            breaks.append("\(place): is \(new.isRepeated ? "now" : "no longer") repeated")
        }
        if new.oneof != old.oneof {
            breaks.append("\(place): moved from oneof \(old.oneof ?? "(none)") to \(new.oneof ?? "(none)")")
        }
        return breaks
    }

    private static func valueBreak(_ place: String, _ old: EnumValue, among values: [EnumValue]) -> String? {
        guard let new = values.first(where: { $0.name == old.name }) else { return "\(place): enum value removed" }
        return new.number == old.number ? nil : "\(place): renumbered from \(old.number) to \(new.number)"
    }

    private static func methodBreaks(_ place: String, _ old: Method, among methods: [Method]) -> [String] {
        guard let new = methods.first(where: { $0.name == old.name }) else { return ["\(place): rpc removed"] }
        var breaks: [String] = []
        if new.input != old.input { breaks.append("\(place): request changed from \(old.input) to \(new.input)") }
        if new.output != old.output { breaks.append("\(place): response changed from \(old.output) to \(new.output)") }
        if new.streamsInput != old.streamsInput || new.streamsOutput != old.streamsOutput {
            breaks.append("\(place): streaming changed")
        }
        return breaks
    }
}
