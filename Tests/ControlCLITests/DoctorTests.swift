import ControlAPI
import ControlCLI
import Foundation
import Loop
import Testing

/// `doctor` looks at everything, changes nothing, and says what to do.
struct DoctorTests {
    @Test func `each finding has its line, and a remedy below where there is something to do`() {
        let renderer = Renderer(width: nil, isColored: false)

        let lines = renderer.doctor([
            Finding("memory", .good, "24.0 GB"),
            Finding("configuration", .problem, "model: no path is given", remedy: "name one"),
        ])

        #expect(
            lines == [
                "ok       memory         24.0 GB", "problem  configuration  model: no path is given",
                "                        → name one",
            ]
        )
    }

    @Test func `without a daemon it warns and names the next command`() async throws {
        let run = await Invocation.run(
            arguments: ["doctor", "--config", "/nowhere.yaml", "--json", "--socket", "/tmp/no-such.sock"]
        )

        let json = try #require(
            try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
        )
        let findings = try #require(json["findings"] as? [[String: Any]])
        let daemon = try #require(findings.first { $0["subject"] as? String == "daemon" })
        let configuration = try #require(findings.first { $0["subject"] as? String == "configuration" })
        #expect(
            daemon["state"] as? String == "warning"
                && (daemon["remedy"] as? String)?.contains("systemctl") == true
        )
        #expect(configuration["detail"] as? String == "there is no /nowhere.yaml")
        #expect(run.status == (json["is_healthy"] as? Bool == true ? 0 : 1))
    }

    @Test func `the verdict before the first round is a finding with its first advice`() throws {
        let reply = try ControlCoding.decode(
            PreflightReply.self,
            from: Data(try Fixture.text("preflight").utf8)
        )
        var verdict = reply.report.verdict

        let good = Finding(preflight: verdict)
        verdict.kind = .tooHard
        let bad = Finding(preflight: verdict)

        #expect(good.state == .good && good.detail.contains("trainable: the vote is right on 61.5 %"))
        #expect(good.remedy?.hasPrefix("raise generate.maxNewTokens") == true)
        #expect(bad.state == .warning && bad.detail.contains("too_hard"))
    }

    @Test func `a gate that is too small is a finding of its own`() {
        let output = "warning: few\nnote: 100 gate questions show little; give 530\na.yaml: good; model: b\n"

        let (said, gate) = Finding.parted(output)

        #expect(said == "warning: few\na.yaml: good; model: b")
        #expect(gate == [Finding("gate", .warning, "100 gate questions show little; give 530")])
        #expect(Finding.parted("a.yaml: good").gate.isEmpty)
    }

    @Test func `a daemon that has measured gives doctor its verdict`() async throws {
        let replies: [String: StubReply] = [
            ControlRoute.status: try .fixture("status"), ControlRoute.preflight: try .fixture("preflight"),
        ]
        let daemon = try StubDaemon { replies[$0.target] ?? .json("{}", status: "404 Not Found") }
        defer { daemon.stop() }

        let run = await Invocation.run("doctor", "--config", "/nowhere.yaml", socket: daemon.socketPath)

        #expect(run.output.contains("preflight") && run.output.contains("trainable"), "\(run.output)")
    }
}
