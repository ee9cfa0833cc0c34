// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// The client for Python, with the system's Python and Debian's protobuf: what `make deps` installs, and nothing else.
@Suite struct PythonClientTests {
    private static let package = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("clients/python").path

    @Test(
        "R18 the Python client and its middlewares pass their own tests and the conformance suite's against this server",
        .timeLimit(.minutes(3)))
    func client() async throws {
        let tests = try Program(
            ["-W", "error", "-m", "unittest", "discover", "-s", "tests", "-t", Self.package],
            program: "/usr/bin/python3",
            environment: [
                "LATCHKEY_PROGRAM": Program.path, "PYTHONPATH": Self.package + "/src", "PYTHONDONTWRITEBYTECODE": "1",
            ],
            under: ["/usr/bin/env", "-C", Self.package])
        tests.send("")
        let status = await tests.status()
        let (output, errors) = await tests.written()
        #expect(status == 0, "\(output)\(errors)")
        // The conformance suite's table. It must tell of as many cases as the files hold, which the Swift runner reads.
        print(output)
        let folder = URL(fileURLWithPath: Self.package + "/../../Tests/Conformance")
        for file in try FileManager.default.contentsOfDirectory(atPath: folder.path)
        where file.wholeMatch(of: /[RB]\d\d\.json/) != nil {
            let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
            let rows = text.matches(of: /"row": "(\w+)"/).map(\.1)
            let line = output.split(separator: "\n").first { $0.hasPrefix("\(rows.first ?? "") ") }
            #expect(line?.split(separator: " ").dropFirst().first.map(String.init) == "\(rows.count)", "\(file)")
        }
    }

    @Test("the Python client's generated code is what proto/ makes")
    func generatedCode() async throws {
        let check = try Program(["--check"], program: Self.package + "/generate.sh")
        check.send("")
        let status = await check.status()
        let (output, errors) = await check.written()
        #expect(status == 0, "run clients/python/generate.sh: \(output.prefix(2_000))\(errors)")
    }
}
