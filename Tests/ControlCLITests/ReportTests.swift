import ControlAPI
import ControlCLI
import Foundation
import Testing

/// The report is one file that loads nothing and takes no text for markup.
struct ReportTests {
    private static func daemon() throws -> StubDaemon {
        var hostile = try Fixture.text("candidates")
        hostile = hostile.replacing("What is", with: "<script>alert(1)</script> What is")
            .replacing(/"total_count": *[0-9]+/, with: "\"total_count\": 2")
        let replies: [String: StubReply] = [
            ControlRoute.status: try .fixture("status"), "/v1/rounds?limit=100": try .fixture("rounds"),
            "/v1/rounds/1": try .fixture("round"), "/v1/checkpoints?limit=100": try .fixture("checkpoints"),
            "/v1/rounds/1/candidates?limit=1000&offset=0": .json(hostile),
        ]
        return try StubDaemon { replies[$0.target] ?? .json("{}", status: "404 Not Found") }
    }

    @Test func `it holds every part, loads nothing, and takes no text for markup`() async throws {
        let daemon = try Self.daemon()
        defer { daemon.stop() }

        let run = await Invocation.run("report", "--output", "-", socket: daemon.socketPath)

        #expect(run.status == 0, "\(run.messages)")
        for title in [
            "Is it getting better?", "What was kept", "Spread of answers", "Where the time goes", "Lineage",
            "Candidates of round 1",
        ] {
            #expect(run.output.contains("<h2>\(title)"), "\(title)")
        }
        #expect(run.output.contains("<title>positive: 80.0 %</title>"))
        #expect(
            run.output.contains("Their entropy is 0.72") && run.output.contains("<title>C: 20.0 %</title>")
        )
        #expect(run.output.contains("On 12.5 % of the questions the winner is another option"))
        #expect(!run.output.contains("<script") && run.output.contains("&lt;script&gt;"))
        #expect(run.output.firstMatch(of: /(src|href)=/) == nil && !run.output.contains("url("))
        #expect(run.output.contains("default-src 'none'"))
    }

    @Test func `it shows what was found before the first round, where something was`() async throws {
        let hostile = try Fixture.text("preflight").replacing("raise generate", with: "<b>raise</b> generate")
        let replies: [String: StubReply] = [
            ControlRoute.status: try .fixture("status"), "/v1/rounds?limit=100": try .fixture("rounds"),
            "/v1/rounds/1": try .fixture("round"), "/v1/checkpoints?limit=100": try .fixture("checkpoints"),
            "/v1/rounds/1/candidates?limit=1000&offset=0": .json(
                try Fixture.text("candidates").replacing(/"total_count": *[0-9]+/, with: "\"total_count\": 2")
            ),
            ControlRoute.preflight: .json(hostile),
        ]
        let measured = try StubDaemon { replies[$0.target] ?? .json("{}", status: "404 Not Found") }
        defer { measured.stop() }
        let older = try Self.daemon()
        defer { older.stop() }

        let page = await Invocation.run("report", "--output", "-", socket: measured.socketPath)
        let without = await Invocation.run("report", "--output", "-", socket: older.socketPath)

        #expect(page.output.contains("<h2>Before the first round"), "\(page.messages)")
        #expect(page.output.contains("trainable") && page.output.contains("temperature  0.7"))
        #expect(page.output.contains("&lt;b&gt;raise&lt;/b&gt;") && !page.output.contains("<b>raise"))
        #expect(without.status == 0 && !without.output.contains("Before the first round"))
    }

    @Test func `it writes where it is told, and says so when it cannot`() async throws {
        let daemon = try Self.daemon()
        defer { daemon.stop() }
        let path = NSTemporaryDirectory() + "autodidact-report-\(UUID().uuidString).html"
        defer { try? FileManager.default.removeItem(atPath: path) }

        let run = await Invocation.run("report", "--output", path, socket: daemon.socketPath)
        let refused = await Invocation.run("report", "-o", "/proc/report.html", socket: daemon.socketPath)

        #expect(run.output == "report written to \(path)\n")
        #expect(try String(contentsOfFile: path, encoding: .utf8).hasSuffix("</html>\n"))
        #expect(refused.status != 0 && refused.messages.contains("cannot write /proc/report.html"))
    }
}
