// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Configuration
internal import KeyModel
internal import Synchronization

/// The settings of `latchkey serve`, each from the first of: its flag, the environment, the file, the default.
///
/// What comes from the environment and the file is put behind the flags, as if it had been written there: so that one
/// parser reads and judges all of it.
struct ServeSettings {
    enum Source: Equatable {
        case flag
        case environment(String)
        case file(String, line: Int)
        case usual

        var text: String {
            switch self {
            case .flag: "flag"
            case .environment(let variable): variable
            case .file(let path, let line): "\(path), line \(line)"
            case .usual: "default"
            }
        }
    }

    /// Of `latchkey serve`, without its name.
    private(set) var arguments: [String]
    /// Where each comes from; those that are left out have their default.
    private(set) var sources: [String: Source] = [:]
    let file: ConfigurationFile?

    private static let configFlag = "--config"
    /// What `latchkey serve` wants beside some of its flags. Of what is given together, it is the judge itself.
    private static let partners = ["--data", "--tls-certificate", "--tls-key", "--tls-client-ca"]

    /// - Parameters:
    ///   - given: The arguments behind `serve`.
    ///   - environment: The process's variables.
    init(_ given: [String], environment: [String: String]) throws(CommandFailure) {
        arguments = FlagValues(given).arguments
        file = try Self.path(given, environment).map { path throws(CommandFailure) in try ConfigurationFile(path) }
        let flags = Set(given.filter { $0.hasPrefix("--") }.map { String($0.prefix { $0 != "=" }) })
        let origin = Origin()
        // An empty variable is as none: what the file says counts then.
        let variables = EnvironmentVariablesProvider(environmentVariables: environment.filter { !$0.value.isEmpty })
            .prefixKeys(with: "latchkey")
        let reader = ConfigReader(
            providers: [variables] + (file.map { [$0.provider] } ?? []), accessReporter: origin)
        for setting in ServeSetting.all {
            if flags.contains(setting.flag) {
                sources[setting.name] = .flag
            } else if let values = Self.values(setting, reader) {
                try take(setting, values, origin.isFile ? .file : .environment)
            }
        }
    }

    private enum Layer {
        case environment, file
    }

    private mutating func take(_ setting: ServeSetting, _ values: [String], _ layer: Layer) throws(CommandFailure) {
        let source: Source =
            switch layer {
            case .environment: .environment(setting.variable)
            case .file: .file(file?.path ?? "", line: file?.settings[setting.name]?.line ?? 1)
            }
        guard let more = setting.arguments(values) else {
            throw Self.refusal(setting, values, source, "it is true or false")
        }
        // As no argument it would be the default, which is not what it says.
        if values.isEmpty || values.contains("") {
            throw Self.refusal(setting, [], source, "give it a value, or leave it out for the default")
        }
        for value in values where setting.kind != .flag {
            // Alone, so that a complaint is about this one; what has to stand beside any is put there.
            let beside = Self.partners.filter { $0 != setting.flag }.map { "\($0)=x" }
            do {
                _ = try ServeCommand.parse(beside + (setting.arguments([value]) ?? []))
            } catch {
                throw Self.refusal(setting, [value], source, Self.help(setting, error))
            }
        }
        sources[setting.name] = source
        arguments += more
    }

    private static func refusal(
        _ setting: ServeSetting, _ values: [String], _ source: Source, _ advice: String
    ) -> CommandFailure {
        let value = values.joined(separator: ", ")
        return CommandFailure(
            "\(setting.name) cannot be \(value.isEmpty ? "empty" : Printable.line(value)) (\(source.text))",
            hint: advice,
            status: .usage)
    }

    /// What the flag's help says of its values, else the complaint itself.
    private static func help(_ setting: ServeSetting, _ error: any Error) -> String {
        let message = ServeCommand.fullMessage(for: error)
        let lines = message.split(separator: "\n").map { $0.trimmingPrefix { $0 == " " } }
        if let line = lines.first(where: { $0.hasPrefix("Help:") }) {
            return line.dropFirst("Help:".count).trimmingPrefix { $0 == " " }.description
        }
        return ServeCommand.message(for: error)
    }

    private static func path(_ given: [String], _ environment: [String: String]) -> String? {
        var path = environment["LATCHKEY_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
        for (index, argument) in given.enumerated() {
            if argument == configFlag, index + 1 < given.count { path = given[index + 1] }
            if argument.hasPrefix("\(configFlag)=") { path = String(argument.dropFirst(configFlag.count + 1)) }
        }
        return path
    }

    /// What the environment or the file says; `nil` = neither says anything.
    private static func values(_ setting: ServeSetting, _ reader: ConfigReader) -> [String]? {
        let key = ConfigKey([setting.name])
        switch setting.kind {
        case .list: return reader.stringArray(forKey: key)
        // A line of the file without a value is as none.
        case .value, .flag: return reader.string(forKey: key).flatMap { $0.isEmpty ? nil : [$0] }
        }
    }

    /// Which of the providers the last value came from.
    private final class Origin: AccessReporter {
        private let last = Atomic(false)

        /// The file; else the environment.
        var isFile: Bool { last.load(ordering: .relaxed) }

        func report(_ event: AccessEvent) {
            let found = event.providerResults.last { (try? $0.result.get().value) != nil }
            last.store(found?.providerName.contains("InMemory") == true, ordering: .relaxed)
        }
    }
}

extension ServeSettings {
    /// The program's arguments, those of `serve` completed with what else says something of its settings.
    static func completed(_ arguments: [String]) throws(CommandFailure) -> [String] {
        let informs: Set = ["--help", "-h", "--version", "help"]
        guard arguments.first == ServeCommand.configuration.commandName, informs.isDisjoint(with: arguments) else {
            return arguments
        }
        return arguments.prefix(1)
            + (try ServeSettings(Array(arguments.dropFirst()), environment: Environment.all)).arguments
    }
}
