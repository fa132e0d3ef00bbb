import ControlCLI
import Testing

struct TableTests {
    private var table: Table {
        var table = Table([.init("ID", right: true), .init("TEXT", least: 6), .init("NOTE", keep: 1)])
        table.rows = [
            [Cell("1"), Cell("a rather long text"), Cell("x")],
            [Cell("12"), Cell("short"), Cell("yy")],
        ]
        return table
    }

    @Test func `without a width nothing is cut`() {
        #expect(
            table.lines(width: nil, isColored: false) == [
                "ID  TEXT                NOTE",
                " 1  a rather long text  x",
                "12  short               yy",
            ]
        )
    }

    @Test func `elastic columns give way first`() {
        #expect(
            table.lines(width: 20, isColored: false) == [
                "ID  TEXT        NOTE",
                " 1  a rather …  x",
                "12  short       yy",
            ]
        )
    }

    @Test func `then whole columns, which are named`() {
        #expect(
            table.lines(width: 12, isColored: false) == [
                "ID  TEXT",
                " 1  a rathe…",
                "12  short",
                "not shown a…",
            ]
        )
    }

    @Test func `colour does not disturb alignment`() {
        var table = Table([.init("A"), .init("B")])
        table.rows = [[Cell("x", .good), Cell("y")]]

        #expect(table.lines(width: nil, isColored: true).last == "\u{1B}[32mx\u{1B}[0m  y")
    }

    @Test func `wide characters take two columns`() {
        #expect("日本".displayWidth == 4)
        #expect("日本語".cut(to: 5) == "日本…")
    }

    @Test func `control characters of a model's text do not reach the terminal`() {
        #expect("a\u{1B}[31mb\nc".onOneLine == "a\u{FFFD}[31mb⏎c")
    }
}
