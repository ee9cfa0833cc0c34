// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Configuration
internal import KeyJournal
internal import KeyModel
internal import Yams

/// A file of settings: YAML, of which JSON is a part. One mapping from names to a value, or to a list of values.
struct ConfigurationFile {
    let path: String
    /// What each setting is, as text, and the line that it begins on.
    private(set) var settings: [String: (values: [String], line: Int)] = [:]

    init(_ path: String) throws(CommandFailure) {
        self.path = path
        let text = try Self.read(path)
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch {
            throw CommandFailure(
                "\(path): \("\(error)".split(separator: "\n").first ?? "")",
                hint: "it is to be YAML or JSON: one `name: value` a line", status: .usage)
        }
        // An empty file has no settings.
        guard let root else { return }
        guard case .mapping(let mapping) = root else {
            throw refusal(root, "is not a mapping of names to values", "write one `name: value` a line")
        }
        for (key, value) in mapping { try add(key, value) }
    }

    private static func read(_ path: String) throws(CommandFailure) -> String {
        let bytes: [UInt8]
        do throws(StorageError) {
            bytes = try PosixStorage().open(path, .reading).read(Limits.configurationFileBytes + 1, at: 0)
        } catch {
            throw CommandFailure("\(error)", hint: "name the file with --config or in LATCHKEY_CONFIG", status: .usage)
        }
        guard bytes.count <= Limits.configurationFileBytes else {
            throw CommandFailure(
                "\(path): larger than \(Limits.configurationFileBytes) bytes", hint: "is it the right file?",
                status: .usage)
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CommandFailure("\(path): not UTF-8 text", hint: "is it the right file?", status: .usage)
        }
        return text
    }

    private mutating func add(_ key: Node, _ value: Node) throws(CommandFailure) {
        guard case .scalar(let scalar) = key else {
            throw refusal(key, "has a name that is no text", "write one `name: value` a line")
        }
        let name = scalar.string
        guard let setting = ServeSetting.all.first(where: { $0.name == name }) else {
            let nearest = NearestName(to: name, among: ServeSetting.all.map(\.name)).name
            throw refusal(
                key, "there is no setting \(Printable.line(name))",
                nearest.map { "did you mean \($0)?" } ?? "`latchkey config show` names all of them")
        }
        settings[name] = (try values(setting, value), key.mark?.line ?? 1)
    }

    private func values(_ setting: ServeSetting, _ value: Node) throws(CommandFailure) -> [String] {
        switch value {
        case .scalar(let scalar): return [scalar.string]
        case .sequence(let sequence) where setting.kind == .list:
            return try sequence.map { item throws(CommandFailure) in
                guard case .scalar(let scalar) = item else {
                    throw refusal(item, "\(setting.name) is a list of plain values", "write `\(setting.name): [a, b]`")
                }
                return scalar.string
            }
        case .sequence, .mapping, .alias:
            throw refusal(
                value, "\(setting.name) is one plain value\(setting.kind == .list ? ", or a list of them" : "")",
                "write `\(setting.name): value`")
        }
    }

    private func refusal(_ node: Node, _ what: String, _ advice: String) -> CommandFailure {
        CommandFailure("\(path), line \(node.mark?.line ?? 1): \(what)", hint: advice, status: .usage)
    }

    /// What a reader takes its values from.
    var provider: InMemoryProvider {
        let values = settings.map { name, found in
            let kind = ServeSetting.all.first { $0.name == name }?.kind
            let content: ConfigContent =
                kind == .list ? .stringArray(found.values) : .string(found.values.first ?? "")
            return (AbsoluteConfigKey([name]), ConfigValue(content, isSecret: false))
        }
        return InMemoryProvider(name: "file", values: Dictionary(uniqueKeysWithValues: values))
    }
}
