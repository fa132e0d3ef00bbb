import ControlAPI
import ControlCLI
import Foundation
import Loop
import Testing

/// What every verb writes, kept as files that a person can read.
@Suite("Captures")
struct CaptureTests {
    private static let widths = [60, 80, 200]
    /// Verbs whose output is not one picture of one reply: `watch` and `doctor` have tests below, a report is
    /// a page, `import`, `init` and `models` talk to no daemon (`ImportCommandTests`, `InitCommandTests`,
    /// `ModelsTests`).
    private static let without: Set<String> = [
        "watch", "doctor", "report", "import", "init", "help", "models",
    ]

    /// Verbs that print somebody's text or whole sentences, which the terminal wraps.
    private static let quoting: Set<String> = [
        "explain", "add", "retire", "ask", "prune", "rollback-dry-run", "logs", "export",
    ]

    @Test(arguments: Capture.all, widths)
    func `each verb writes what it wrote before`(capture: Capture, width: Int) async throws {
        let plain = try await capture.text(width: width, isColored: false)
        let colored = try await capture.text(width: width, isColored: true)

        try Kept.check(plain, capture.name, width, isColored: false)
        try Kept.check(colored, capture.name, width, isColored: true)
        #expect(!plain.contains("\u{1B}"))
        #expect(Self.withoutColor(colored) == plain, "colour changes no letter")
    }

    @Test(arguments: Capture.all.filter { !quoting.contains($0.name) }, widths)
    func `no line of a result is wider than the terminal`(capture: Capture, width: Int) async throws {
        let text = try await capture.text(width: width, isColored: false)

        let result = text.split(separator: "[standard error]", omittingEmptySubsequences: false)[0]
        for line in result.split(separator: "\n") {
            #expect(String(line).displayWidth <= width, "\(line)")
        }
    }

    @Test(arguments: Capture.all)
    func `without a terminal nothing is cut and there are no escape codes`(capture: Capture) async throws {
        let piped = try await capture.text(width: nil, isColored: false)
        let wide = try await capture.text(width: 10_000, isColored: false)

        #expect(!piped.contains("\u{1B}"))
        #expect(piped == wide)
    }

    @Test(arguments: widths)
    func `the picture of watch is as before`(width: Int) throws {
        let status = try ControlCoding.decode(
            StatusReply.self,
            from: Data(try Kept.text(ofReply: "status").utf8)
        )
        var model = WatchModel()
        _ = model.take(status)
        var lost = model
        lost.lostReason = "the daemon closed the stream"
        for isColored in [false, true] {
            let renderer = Renderer(width: width, isColored: isColored)
            for (name, model) in [("watch", model), ("watch-lost", lost)] {
                let lines = renderer.picture(model, socketPath: "/run/control.sock", height: 24)

                try Kept.check(
                    lines.map { $0 + "\n" }.joined(),
                    name,
                    width,
                    isColored: isColored
                )
                #expect(lines.allSatisfy { Self.withoutColor($0).displayWidth <= width })
                #expect(lines.count < 24)
            }
        }
    }

    @Test(arguments: widths)
    func `what doctor says is as before`(width: Int) throws {
        let findings = [
            Finding("processor", .good, "8 cores, avx2"),
            Finding("memory", .warning, "842.0 MB: less than the default model needs", remedy: "use less"),
            Finding(
                "packages",
                .problem,
                "not found: libsqlite3.so.0",
                remedy: "\"sudo apt install libsqlite3-0\""
            ),
        ]
        for isColored in [false, true] {
            let lines = Renderer(width: width, isColored: isColored).doctor(findings)

            try Kept.check(lines.map { $0 + "\n" }.joined(), "doctor", width, isColored: isColored)
        }
    }

    @Test func `every verb has a capture`() async throws {
        let help = await Invocation.run("--help")
        let lines = help.output.split(separator: "\n").drop { !$0.contains("SUBCOMMANDS") }
        let verbs = lines.compactMap { line -> String? in
            guard let match = line.firstMatch(of: /^  ([a-z]+)( \(default\))?  +\S/) else { return nil }
            return String(match.1)
        }

        let captured = Set(Capture.all.compactMap(\.arguments.first)).union(Self.without)

        #expect(verbs.count > 15, "\(help.output)")
        #expect(Set(verbs).subtracting(captured).isEmpty)
    }

    private static func withoutColor(_ text: String) -> String {
        text.replacing(/\u{1B}\[[0-9]*m/, with: "")
    }
}
