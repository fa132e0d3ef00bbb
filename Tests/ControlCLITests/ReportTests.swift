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

    @Test func `a study has a page of its own, without a daemon and without markup in names`() async throws {
        func score(_ accuracy: Double, _ difference: String, _ gained: Int, _ lost: Int) -> String {
            """
            {"accuracy": \(accuracy), "accuracy_per_seed": [\(accuracy)], "gained_count": \(gained),
             "lost_count": \(lost)\(difference)}
            """
        }
        let better = ", \"difference\": {\"mean\": 0.1, \"lower\": 0.04, \"upper\": 0.16}"
        let worse = ", \"difference\": {\"mean\": -0.1, \"lower\": -0.14, \"upper\": -0.06}"
        let text = """
            {"schema_version": 1, "results": {"reference": "lmsi", "seeds": [1], "missing_seeds": [2],
             "question_counts": {"test": 1000}, "notes": ["one <seed>"],
             "shared": {"candidate_count": 1600, "token_count": 9000, "seconds": 12, "votes_per_question": 8},
             "arms": [
              {"name": "base", "outcomes": {}, "scores": {"test": \(score(0.4, worse, 1, 101))}},
              {"name": "lmsi", "outcomes": {"rejected": 1}, "kept_count": 900, "seconds": 30.5,
               "scores": {"test": \(score(0.5, "", 0, 0))}},
              {"name": "<script>x</script>", "outcomes": {"no_data": 1}, "kept_count": 0,
               "scores": {"test": \(score(0.6, better, 123, 23))}}]}}
            """
        let file = FileManager.default.temporaryDirectory.appending(path: "study-\(UUID().uuidString).json")
        try Data(text.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }

        let page = await Invocation.run("report", "--study", file.path, "--output", "-")
        let wrong = await Invocation.run("report", "--study", "/dev/null", "--output", "-")

        #expect(page.status == 0, "\(page.messages)")
        for part in [
            "<h1>Autodidact: a study of 2 arms</h1>", "not complete yet: 2", "Test: what the arms are worth",
            "<td>60.0 %</td>", "<td>+10.0</td>", "<td>123</td>", "<td>23</td>", "1 no_data",
            "1,600 candidates",
            "one &lt;seed&gt;", "<title>base: −10.0 (−14.0 to −6.0)</title>", "stroke=\"var(--red)\"",
            "&lt;script&gt;x&lt;/script&gt;: +10.0 (+4.0 to +16.0)",
        ] {
            #expect(page.output.contains(part), "\(part)")
        }
        #expect(!page.output.contains("<script") && !page.output.contains("Gate:"))
        #expect(
            page.output.firstMatch(of: /(src|href)=/) == nil && page.output.contains("default-src 'none'")
        )
        #expect(wrong.status != 0 && wrong.messages.contains("holds no results of a study"))
    }
}
