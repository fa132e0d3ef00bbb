import Foundation
import GRDB
import Testing

/// A judge that hangs, ends, multiplies and shouts costs verdicts and no round.
@Suite(.serialized)
struct JudgeTests {
    /// Reads the first number after the cue, but misbehaves at every third text, in four ways.
    private static let judge = """
        import json, os, re, sys, time

        for line in sys.stdin:
            request = json.loads(line)
            turn = request["id"] % 12
            if turn == 3:
                time.sleep(1000)
            if turn == 6:
                while True:
                    os.fork()
            if turn == 9:
                for _ in range(1024):
                    os.write(1, b"x" * (1 << 20))
            if turn == 0:
                sys.exit("out of luck")
            found = re.search(r"The answer is (\\d+)", request["text"])
            reply = {"answer": found[1]} if found else {"none": "no number"}
            print(json.dumps({"id": request["id"], **reply}), flush=True)

        """

    private static let isPossible: Bool = {
        let probe = Process()
        probe.executableURL = URL(filePath: TinyRun.programs + "/autodidact-sandbox")
        probe.arguments = ["--", "/usr/bin/python3", "-c", ""]
        probe.standardInput = FileHandle.nullDevice
        probe.standardError = FileHandle.nullDevice
        guard (try? probe.run()) != nil else { return false }
        probe.waitUntilExit()
        return probe.terminationStatus == 0
    }()

    @Test(.enabled(if: isPossible, "needs /usr/bin/python3, and Landlock or bubblewrap"))
    func `a round with a judge that misbehaves ends, and the journal says what it did`() async throws {
        let run = try TinyRun(rounds: 1, settings: ["vote": "{answerKind: judge}"])
        try run.write(Self.judge, to: "judge.py")
        let settings = "answer: {judgeCommand: [/usr/bin/python3, \(run.folder)/judge.py], judgeTimeout: 1}\n"
        let known = try String(contentsOfFile: run.folder + "/config.yaml", encoding: .utf8)
        try run.write(known + settings, to: "config.yaml")

        try await run.finish()

        try run.expectSound()
        let queue = try DatabaseQueue(path: run.state + "/journal.sqlite")
        let (outcome, answered, late, failed) = try await queue.read { db in
            (
                try String.fetchOne(db, sql: "SELECT outcome FROM rounds WHERE id = 1"),
                try Int.fetchOne(db, sql: "SELECT count(*) FROM candidates WHERE answer IS NOT NULL") ?? 0,
                try Int.fetchOne(db, sql: "SELECT count(*) FROM candidates WHERE reason = 'judge_timeout'")
                    ?? 0,
                try Int.fetchOne(db, sql: "SELECT count(*) FROM candidates WHERE reason = 'judge_failed'")
                    ?? 0
            )
        }
        try queue.close()
        #expect(["promoted", "rejected"].contains(outcome ?? ""), "\(run.log)")
        #expect(answered > 0)
        #expect(late >= 2 && failed >= 6, "\(late) late, \(failed) failed: \(run.log)")
    }

    @Test(.enabled(if: isPossible, "needs /usr/bin/python3, and Landlock or bubblewrap"))
    func `preflight asks the judge`() async throws {
        let run = try TinyRun(settings: ["vote": "{answerKind: judge}"])
        let judge = Self.judge.replacing("% 12", with: "+ 100")
        try run.write(judge, to: "judge.py")
        let settings = "answer: {judgeCommand: [/usr/bin/python3, \(run.folder)/judge.py]}\n"
        let known = try String(contentsOfFile: run.folder + "/config.yaml", encoding: .utf8)
        try run.write(known + settings, to: "config.yaml")

        let process = try DaemonProcess(
            ["preflight", "--config", run.folder + "/config.yaml"],
            environment: [:],
            log: run.folder + "/log"
        )

        #expect(try await process.wait() == .exited(0), "\(run.log)")
        #expect(!run.log.contains("judge_failed"), "\(run.log)")
        #expect(!run.log.contains("verdict      unreadable"), "\(run.log)")
    }
}
