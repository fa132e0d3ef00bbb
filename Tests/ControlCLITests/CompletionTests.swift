import ControlAPI
import ControlCLI
import Foundation
import Loop
import Testing

/// What a shell asks the program for when somebody presses Tab.
struct CompletionTests {
    /// Asks as the generated scripts do, with the socket among the words typed.
    static func offered(_ verb: String, _ argument: String, socket: String) async -> Invocation {
        let words = ["autodidact", verb, "--socket", socket, ""]
        return await Invocation.run(
            arguments: ["---completion", verb, "--", argument, "\(words.count - 1)", "0"] + words
        )
    }

    @Test(arguments: [
        ("inspect", "positional@0", "3\n2\n1\nlatest\npromoted\n"),
        ("explain", "--round", "3\n2\n1\nlatest\npromoted\n"),
        ("compare", "positional@1", "3\n2\n1\nlatest\npromoted\nbase\n"),
        ("ask", "--checkpoint", "3\n2\n1\nlatest\npromoted\nbase\n"),
        ("rollback", "positional@0", "3\n1\npromoted\nbase\n"),
        ("pin", "positional@0", "3\n1\npromoted\n"),
        ("export", "--round", "3\n1\npromoted\nbase\n"),
    ])
    func `rounds are offered, newest first, where one is named`(
        verb: String,
        argument: String,
        expected: String
    ) async throws {
        let daemon = try StubDaemon { Self.rounds($0.target.contains("outcome=promoted")) }
        defer { daemon.stop() }

        // A machine that runs every test at once is slower than a person's.
        let run = await RoundCompletion.$limit.withValue(.seconds(60)) {
            await Self.offered(verb, argument, socket: daemon.socketPath)
        }

        #expect(run.output == expected)
        #expect(run.status == 0)
        #expect(daemon.requests.map { $0.target.prefix(20) } == ["/v1/rounds?limit=100"])
    }

    @Test func `without a daemon there are the words alone`() async {
        let run = await Self.offered("inspect", "positional@0", socket: "/nonexistent/socket")

        #expect(run.output == "latest\npromoted\n")
        #expect(run.messages.isEmpty)
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func `each shell's script asks for rounds`(shell: String) async {
        let run = await Invocation.run("--generate-completion-script", shell)

        #expect(run.status == 0)
        #expect(run.output.contains("---completion") && run.output.contains("positional@0"))
    }

    static func rounds(_ onlyPromoted: Bool) -> StubReply {
        let template = (try? Fixture.text("rounds")) ?? ""
        guard let reply = try? ControlCoding.decode(RoundsReply.self, from: Data(template.utf8)),
            let first = reply.rounds.first
        else { return .json("no fixture", status: "500 Internal Server Error") }
        var rounds = Array(repeating: first, count: 3)
        for index in rounds.indices { rounds[index].id = RoundID(rawValue: index + 1) }
        rounds[1].outcome = .rejected
        if onlyPromoted { rounds.removeAll { $0.outcome != .promoted } }
        let data = try? ControlCoding.encode(RoundsReply(rounds: rounds))
        return .json(String(decoding: data ?? Data(), as: UTF8.self))
    }
}
