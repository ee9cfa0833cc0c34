// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// Arguments of `latchkey serve` whose flags may have a value, as the parser takes them: it knows `--name` only. With
/// `--name=false` somebody undoes what a variable or the file says. The last of a name counts.
struct FlagValues {
    private(set) var arguments: [String]

    init(_ given: [String]) {
        arguments = given
        for setting in ServeSetting.all where setting.kind == .flag {
            let (yes, no) = ("\(setting.flag)=true", "\(setting.flag)=false")
            guard arguments.contains(where: { $0 == yes || $0 == no }) else { continue }
            let last = arguments.last { [setting.flag, yes, no].contains($0) }
            arguments.removeAll { [setting.flag, yes, no].contains($0) }
            if last != no { arguments.append(setting.flag) }
        }
    }
}
