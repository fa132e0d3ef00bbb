import Foundation
import Glibc
import Loop
import ScaleOut
import Testing

/// A judge that runs every text that it gets, in each sandbox that this machine has.
///
/// Alone, because it takes processes, memory and time on purpose.
@Suite(.serialized) struct SandboxTestsSerial {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path
    private static let program = root + "/.build/release/autodidact-sandbox"

    /// The sandboxes: the newest Landlock, that of Debian 12, bubblewrap.
    static let ways: [[String]] = [[], ["--landlock", "2"], ["--landlock", "0"]].filter {
        JudgeSandbox.fault(of: [program] + $0 + ["--", "echo", "ready"]) == nil
    }
    static let hasPython = access("/usr/bin/python3", X_OK) == 0

    private static let judge = """
        import json, sys
        judge = sys.argv[1]
        for line in sys.stdin:
            request = json.loads(line)
            names = {"judge": judge}
            try:
                exec(request["text"], names)
                answer = "out: %s" % (names["result"],) if "result" in names else "nothing"
            except BaseException as error:
                answer = "refused: %s" % error
            print(json.dumps({"id": request["id"], "answer": answer}), flush=True)

        """

    private static var settings: AnswerSettings {
        var settings = AnswerSettings()
        settings.judgeTimeout = 2
        settings.judgeMemory = 256
        return settings
    }

    private static let question = QuestionInput(text: "Anything?", split: .train, origin: "train.jsonl:1")

    @Test(
        .enabled(
            if: hasPython && !ways.isEmpty,
            "needs python3, autodidact-sandbox, and Landlock or bubblewrap"
        ),
        arguments: ways
    ) func `no attempt gets out, and the judge goes on answering`(options: [String]) async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/autodidact-escape-\(UUID().uuidString)"
        let secret = folder + "/state"
        try FileManager.default.createDirectory(atPath: secret, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Data("precious".utf8).write(to: URL(filePath: secret + "/journal"))
        try Data("#!/bin/sh\n".utf8).write(to: URL(filePath: secret + "/tool"))
        try Data(Self.judge.utf8).write(to: URL(filePath: folder + "/judge.py"))
        for path in [secret, secret + "/tool"] { chmod(path, 0o755) }
        let listener = try Listener(control: folder + "/control.sock")
        defer { listener.close() }
        setenv("AUTODIDACT_SECRET", "precious", 1)
        let command = ["/usr/bin/python3", folder + "/judge.py", folder + "/judge.py"]
        var program = JudgeProgram(command, Self.settings, sandbox: [Self.program] + options)
        program.restartLimit = 1000
        program.startPatience = .seconds(8)
        let judge = ProgramJudge(program, .init())
        let known = """
            secret, control, port, daemon = "\(secret)", "\(listener.control)", \(listener.port), \(getpid())

            """

        for attempt in Escapes.all {
            // The second text sees whether the first has left anything.
            let readings = try await judge.readings(
                of: [known + Escapes.preamble + "\n" + attempt.code, "result = 'alive'"],
                question: Self.question
            )

            let got = readings[0].answer?.canonical ?? ""
            #expect(!got.hasPrefix("out:"), "\(attempt.name): \(got)")
            let isAlive = readings[1].answer?.canonical == "out: alive"
            // What was still running when it replied may end the judge a moment later; then it is started
            // again.
            let again =
                isAlive ? [] : try await judge.readings(of: ["result = 'alive'"], question: Self.question)
            #expect(isAlive || again[0].answer?.canonical == "out: alive", "\(attempt.name): \(readings[1])")
        }
        #expect(try String(contentsOfFile: secret + "/journal", encoding: .utf8) == "precious")
        #expect(access(secret, R_OK | W_OK | X_OK) == 0)
        #expect(!listener.wasReached)
    }

    @Test(
        .enabled(
            if: hasPython && !ways.isEmpty,
            "needs python3, autodidact-sandbox, and Landlock or bubblewrap"
        ),
        arguments: ways
    ) func `nothing is left running when the judge is done`(options: [String]) async throws {
        let mark = "autodidact-\(UUID().uuidString)"
        do {
            let code = """
                import os, sys, time
                for _ in range(3):
                    if os.fork() == 0: os.fork(); time.sleep(1000)
                sys.stdin.readline()
                print('{"id":1,"answer":"ready"}', flush=True)
                time.sleep(1000)
                """
            let program = JudgeProgram(
                ["/usr/bin/python3", "-c", code, mark],
                Self.settings,
                sandbox: [Self.program] + options
            )
            let readings = try await ProgramJudge(program, .init()).readings(
                of: ["a"],
                question: Self.question
            )
            #expect(readings[0].answer?.canonical == "ready")
        }

        var left = Self.processes(with: mark)
        for _ in 0..<100 where !left.isEmpty {
            try await Task.sleep(for: .milliseconds(20))
            left = Self.processes(with: mark)
        }
        #expect(left == [])
    }

    @Test(
        .enabled(
            if: hasPython && !ways.isEmpty,
            "needs python3, autodidact-sandbox, and Landlock or bubblewrap"
        )
    ) func `code is compared by what it prints`() async throws {
        var configuration = RoundConfiguration()
        configuration.vote.answerKind = .code
        configuration.answer.codeCommand = ["/usr/bin/python3"]
        configuration.answer.judgeTimeout = 5
        let catalog = JudgeSandbox(beside: Self.root + "/.build/release").catalog(
            beat: {},
            complain: { _ in }
        )
        let judge = try #require(catalog.judges[.code]?(configuration))
        let answer = #"{"tests": [{"input": "2 3", "output": "5"}, {"input": "1 1", "output": "2"}]}"#
        let question = QuestionInput(text: "Add.", answer: answer, split: .gate, origin: "gate.jsonl:1")

        let readings = try await judge.readings(
            of: [
                "So:\n```python\nprint(sum(map(int, input().split())))\n```\nDone.",
                "```\na, b = input().split()\nprint(a + b)\n```",
                "print(1 / 0)",
                "while True: pass",
                "```python\nprint(1",
                "import socket; socket.socket()",
            ],
            question: question
        )

        let right = CodeAnswer(question, configuration.answer).reference(answer, profile: .strict)
        #expect(readings[0].answer == right)
        #expect(readings[1].answer?.canonical == #"["23","11"]"#)
        #expect(
            readings[2]
                == .none(.judgeNone, "the program failed on input 1: ZeroDivisionError: division by zero")
        )
        #expect(readings[3] == .none(.judgeNone, "the program took too long on input 1"))
        #expect(readings[4] == .none(.judgeNone, "it holds no whole program"))
        #expect(readings[5].judgeReason == .judgeNone)
    }

    @Test func `without a sandbox nothing runs, and the check says why`() async throws {
        var configuration = RoundConfiguration()
        configuration.vote.answerKind = .judge
        configuration.answer.judgeCommand = ["judge"]
        let sandbox = JudgeSandbox(beside: "/nonexistent")

        let error = #expect(throws: ScaleOutError.self) {
            try sandbox.check(configuration, stateDirectory: "/var/lib/autodidact")
        }
        let judge = try #require(sandbox.catalog(beat: {}, complain: { _ in }).judges[.judge]?(configuration))
        let readings = try await judge.readings(of: ["a"], question: Self.question)

        #expect(error?.message.contains("needs a sandbox, and there is none: cannot start") == true)
        #expect(readings[0].judgeReason == .judgeFailed)
    }

    @Test func `a reward model runs in the sandbox or not at all, and sees no state`() async throws {
        var configuration = RoundConfiguration()
        configuration.select.policy = .rmFilter
        configuration.select.outside.rewardCommand = ["rewards"]
        let sandbox = JudgeSandbox(beside: "/nonexistent")

        let absent = #expect(throws: ScaleOutError.self) {
            try sandbox.check(configuration, stateDirectory: "/var/lib/autodidact")
        }
        let seen = #expect(throws: ScaleOutError.self) {
            try sandbox.check(configuration, stateDirectory: "/usr/local/autodidact")
        }
        let judge = try #require(sandbox.catalog(beat: {}, complain: { _ in }).rewardJudge?(configuration))
        let readings = try await judge.readings(of: ["a"], question: Self.question)

        #expect(absent?.message.contains("filter rewardModel needs a sandbox, and there is none") == true)
        #expect(seen?.message.contains("filter rewardModel: the judge may read") == true)
        #expect(readings[0].judgeReason == .judgeFailed)
    }

    @Test func `a judge that could see the state directory is refused`() {
        var configuration = RoundConfiguration()
        configuration.vote.answerKind = .judge
        configuration.answer.judgeCommand = ["judge"]
        configuration.answer.judgeFiles = ["/srv"]
        let sandbox = JudgeSandbox(beside: Self.root + "/.build/release")

        for state in ["/srv/autodidact", "/usr/local/autodidact", "/srv"] {
            let error = #expect(throws: ScaleOutError.self) {
                try sandbox.check(configuration, stateDirectory: state)
            }
            #expect(error?.message.contains("the judge may read") == true)
        }
    }

    /// Processes whose command line holds a word.
    private static func processes(with mark: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.filter { name in
            guard Int(name) != nil, let line = FileManager.default.contents(atPath: "/proc/\(name)/cmdline")
            else { return false }
            return String(decoding: line, as: UTF8.self).contains(mark)
        }
    }
}
