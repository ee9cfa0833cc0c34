// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@Suite("The scanner that the tidy tests look through")
struct SwiftScannerTests {
    private func code(_ text: String) -> [String] { SwiftFile(path: "", text: text).lines.map(\.code) }

    @Test("Comments are not code, nested ones neither, and are seen on each of their lines")
    func comments() {
        let file = SwiftFile(path: "", text: "a // b\n/* c /* d */\ne */ f\ng")
        #expect(file.lines.map(\.code) == ["a ", "", " f", "g"])
        #expect(file.lines.map(\.hasComment) == [true, true, true, false])
    }

    @Test("String literals are emptied, and what is interpolated into them is code")
    func strings() {
        #expect(code(#"f("try! // no", g)"#) == [#"f("", g)"#])
        #expect(code(#""a\"b" + c"#) == [#""" + c"#])
        #expect(code(#""x\(try! f(("y")))z" + w"#) == [#""try! f((""))" + w"#])
        #expect(code("\"\"\"\n\"quoted\" sleep()\n\"\"\" + a") == ["\"", "", "\" + a"])
        #expect(code("let r = /[^\"]/\nafter") == ["let r = /[^\"", "after"])
        #expect(code(##"#"raw \(not) " still"# + b"##) == [#""" + b"#])
    }

    @Test("A rule reaches as many lines up as it says for its excuse")
    func reach() {
        let file = SwiftFile(path: "F.swift", text: "// why\n\nbad()\n")
        #expect(file.offences(/bad/) == ["F.swift:3: bad()"])
        #expect(file.offences(/bad/, unlessExplainedWithin: 1) == ["F.swift:3: bad()"])
        #expect(file.offences(/bad/, unlessExplainedWithin: 2).isEmpty)
    }
}
