// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyModel

struct KeyValidate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Ask whether a key may do something.",
        usage: """
            latchkey key validate [--ip <ip>] [--method <method>] [--path <path>]
                                  [--resource <resource>] [--action <action>]
                                  [--field <field> ...] [--explain]
                                  [<options>] <secret.txt
            """,
        discussion: """
            The secret comes from the first line of standard input; on a terminal it
            is asked for and not shown. Exit status 0 when the key is valid, 1 when
            it is denied. It counts as a use of the key and is in the usage log,
            unless --explain is given: then everything that would deny is told, and
            nothing is counted.

            Examples:
              latchkey key validate
              latchkey key validate --ip 203.0.113.77 --method GET \\
                --path /v2/employees <secret.txt
              latchkey key validate --resource employees --action read \\
                --field name --field salary --explain
            """
    )

    @Option(help: "From where the key was presented.")
    var ip: String?

    @Option(help: "What is being asked for.")
    var resource: String?

    @Option(help: "What is being done to it. (default: what --method says)")
    var action: ActionArgument?

    @Option(help: "The HTTP method of the request, for example GET.")
    var method: String?

    @Option(help: "The path of the request.")
    var path: String?

    @Option(
        name: .customLong("field"), parsing: .singleValue,
        help: "A field of the resource that is asked for; may be repeated.")
    var fields: [String] = []

    @Flag(help: "Tell everything that would deny; count and record nothing.")
    var explain = false

    @Option(
        help: .init(
            "Do not answer from a state older than this revision, as a mutation's reply tells it; wait for it.",
            valueName: "revision"))
    var minRevision: UInt64?

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let request = ValidateRequest(
            secret: try SecretInput.read(), clientIP: ip ?? "", resource: resource ?? "", action: action?.action,
            httpMethod: method?.uppercased() ?? "", path: path ?? "", fields: fields,
            minRevision: minRevision ?? 0, explain: explain)
        let reply = try await connection.call(.validate(request))
        try connection.show(reply)
        guard case .validate(let response) = reply, response.isValid else {
            throw ExitCode(ExitStatus.refused.rawValue)
        }
    }
}
