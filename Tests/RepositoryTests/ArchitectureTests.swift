// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import RegexBuilder
import Testing

@Suite("The architecture")
struct ArchitectureTests {
    struct Import {
        let module: String
        let access: Substring?
        let place: String
    }

    private func imports(of file: SwiftFile) -> [Import] {
        let kinds = /(?:struct|class|enum|actor|protocol|typealias|func|let|var)\s+/
        let pattern = Regex {
            /^\s*(?:@\w+(?:\([^)]*\))?\s+)*/
            Capture { Optionally { /(?:public|package|internal|fileprivate|private)\s+/ } }
            /import\s+/
            Optionally { kinds }
            Capture { /\w+/ }
        }
        return file.lines.compactMap { line in
            guard let match = line.code.firstMatch(of: pattern) else { return nil }
            return Import(
                module: String(match.2), access: match.1.isEmpty ? nil : match.1, place: "\(file.path):\(line.number)")
        }
    }

    @Test("The scan for imports knows attributes, access levels and scoped imports")
    func recognition() {
        let text = """
            import Aa
            public import Bb
            @preconcurrency package import Cc
            @_spi(Inner) internal import struct Dd.Thing
                private import Ee.Sub // why
            // import Ff
            let important = 1
            """
        let found = imports(of: SwiftFile(path: "F.swift", text: text))
        #expect(found.map(\.module) == ["Aa", "Bb", "Cc", "Dd", "Ee"])
        #expect(found.map { $0.access != nil } == [false, true, true, true, true])
    }

    @Test("Every target imports only what the module table lets it")
    func importDirection() throws {
        for file in try Repository.swiftFiles(under: "Sources") {
            let rights = try #require(Architecture.table[file.target], "\(file.path): a target that the table lacks")
            for found in imports(of: file) where found.module != file.target && !rights.allow(found.module) {
                Issue.record("\(found.place): \(file.target) may not import \(found.module)")
            }
        }
    }

    @Test("Every import in Sources says its access level")
    func importAccess() throws {
        for file in try Repository.swiftFiles(under: "Sources") {
            for found in imports(of: file) where found.access == nil {
                Issue.record("\(found.place): import \(found.module) without an access level")
            }
        }
    }

    @Test("Package.swift lets no target depend on more than the module table does")
    func manifest() throws {
        let manifest = Manifest(try Repository.text("Package.swift"))
        let folders = try FileManager.default.contentsOfDirectory(atPath: Repository.url("Sources").path)
        #expect(Set(manifest.targets.map(\.name)) == Set(folders), "declared targets and the folders of Sources")
        for target in manifest.targets {
            let rights = try #require(Architecture.table[target.name], "\(target.name): not in the table")
            for dependency in target.dependencies where !rights.allow(dependency) {
                Issue.record("Package.swift: \(target.name) may not depend on \(dependency)")
            }
        }
    }

    @Test("The scan of Package.swift knows every way it names a dependency")
    func manifestRecognition() throws {
        let text = """
            let core: Target.Dependency = .product(name: "Core", package: "p")
            // .target(name: "Not", dependencies: ["Read"]),
            .package(url: "https://example.com/p", from: "1.0.0"),
            .target(name: "A", linkerSettings: [.linkedLibrary("c")]),
            .target(name: "B", dependencies: ["A", core], swiftSettings: strict),
            .executableTarget(name: "C", dependencies: [core, .product(name: "D", package: "p"), "B"]),
            .testTarget(name: "E", dependencies: ["C"]),
            """
        let targets = Manifest(text).targets
        #expect(targets.map(\.name) == ["A", "B", "C"])
        #expect(targets.map(\.dependencies) == [[], ["A", "Core"], ["Core", "D", "B"]])
    }
}
