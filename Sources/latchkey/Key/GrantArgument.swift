// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyModel

/// A grant as the command line writes it, and as a key's record shows it:
///
///     RESOURCE:ACTION,…[:FIELD,…]      employees:read,update:name,email
///                                      payslips/*:read
///                                      urn\:hr:*
///
/// `*` stands for all five actions, and no fields for all of them. A colon or a comma that is part of a name has a
/// backslash before it, and so has a backslash: a grant has one reading, whatever its resource and fields are called.
enum GrantArgument {
    static func parse(_ text: String) throws(ValidationError) -> Grant {
        let parts = try split(text, at: ":")
        guard parts.count > 1 else {
            throw ValidationError("it says no actions; write RESOURCE:ACTION,…, for example '\(text):read'")
        }
        guard parts.count <= 3 else {
            throw ValidationError("it has too many colons; one that is part of a name is written \\:")
        }
        let resource = try plain(parts[0])
        if resource.isEmpty { throw ValidationError("it says no resource; write * for every one") }
        let fields = parts.count == 3 ? try names(parts[2]) : []
        if fields.contains("*") {
            throw ValidationError("leave the fields and their colon out for all of them")
        }
        return Grant(resource: resource, actions: try actions(parts[1]), fields: fields)
    }

    static func text(_ grant: Grant) -> String {
        let actions = grant.actions == ActionSet(Action.allCases) ? ["*"] : grant.actions.actions.map { "\($0)" }
        let fields = grant.fields.isEmpty ? "" : ":" + grant.fields.map(escaped).joined(separator: ",")
        return escaped(grant.resource) + ":" + actions.joined(separator: ",") + fields
    }

    /// Where there is no room for all: "keys:read and 2 more".
    static func summary(of grants: [Grant]) -> String {
        guard let first = grants.first else { return "nothing" }
        return text(first) + (grants.count == 1 ? "" : " and \(grants.count - 1) more")
    }

    private static func actions(_ text: Substring) throws(ValidationError) -> ActionSet {
        let words = try split(text, at: ",")
        if words == ["*"] { return ActionSet(Action.allCases) }
        var found: [Action] = []
        for word in words {
            guard let action = ActionArgument(argument: String(word))?.action else {
                let all = ActionArgument.allValueStrings.joined(separator: ", ")
                let wrong = word.isEmpty ? "an action is missing" : "'\(word)' is no action"
                throw ValidationError(
                    "\(wrong): there are \(all), and * for all; a colon in a name is written \\:")
            }
            found.append(action)
        }
        return ActionSet(found)
    }

    private static func names(_ text: Substring) throws(ValidationError) -> [String] {
        var names: [String] = []
        for name in try split(text, at: ",") { names.append(try plain(name)) }
        if names.contains("") {
            throw ValidationError("a field is missing; leave the last colon out for all fields")
        }
        return names
    }

    /// The parts between separators that have no backslash before them.
    private static func split(
        _ text: some StringProtocol, at separator: Character
    ) throws(ValidationError) -> [Substring] {
        var parts: [Substring] = []
        var rest = Substring(text)
        var index = rest.startIndex
        while index < rest.endIndex {
            let character = rest[index]
            let next = rest.index(after: index)
            if character == separator {
                parts.append(rest[..<index])
                rest = rest[next...]
            }
            index = character == "\\" && next < rest.endIndex ? rest.index(after: next) : next
        }
        return parts + [rest]
    }

    /// A name without its backslashes.
    private static func plain(_ text: Substring) throws(ValidationError) -> String {
        var name = ""
        var rest = text
        while let character = rest.popFirst() {
            guard character == "\\" else {
                name.append(character)
                continue
            }
            guard let escaped = rest.popFirst(), special.contains(escaped) else {
                throw ValidationError("a backslash stands before a colon, a comma or a backslash; write it twice")
            }
            name.append(escaped)
        }
        return name
    }

    private static let special: Set<Character> = [":", ",", "\\"]

    private static func escaped(_ name: String) -> String {
        name.reduce(into: "") { text, character in
            if special.contains(character) { text.append("\\") }
            text.append(character)
        }
    }
}
