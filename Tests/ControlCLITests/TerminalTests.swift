import ControlAPI
import ControlCLI
import Foundation
import Glibc
import Loop
import Synchronization
import Testing

/// The real program in a real terminal.
@Suite("In a terminal", .timeLimit(.minutes(2)))
struct TerminalTests {
    private static let captures = Capture.all.filter {
        ["status", "rounds", "inspect", "candidates", "explain", "checkpoints"].contains($0.name)
    }

    private static func daemon(for capture: Capture) throws -> StubDaemon {
        let replies = try capture.replies.mapValues(Kept.reply)
        return try StubDaemon { request in
            let path = request.target.prefix { $0 != "?" }
            return replies["\(request.method) \(path)"] ?? .json("{}", status: "404 Not Found")
        }
    }

    @Test(arguments: captures, [60, 80, 200])
    func `it writes what it writes for that width, coloured unless told otherwise`(
        capture: Capture,
        width: Int
    ) async throws {
        let daemon = try Self.daemon(for: capture)
        defer { daemon.stop() }
        for (variables, isColored) in [
            ([:], true), (["NO_COLOR": "1"], false), (["TERM": "dumb"], false), (["NO_COLOR": ""], true),
        ] {
            let process = try TerminalProcess(
                capture.arguments + ["--socket", daemon.socketPath],
                width: width,
                environment: variables
            )

            let status = try await process.wait()

            let expected = try await capture.text(width: width, isColored: isColored)
            #expect(status == 0, "\(process.text)")
            #expect(process.text.replacing("\r\n", with: "\n") == expected, "\(variables)")
        }
    }

    @Test(arguments: captures)
    func `redirected, nothing is cut and no escape code is written`(capture: Capture) async throws {
        let daemon = try Self.daemon(for: capture)
        defer { daemon.stop() }
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: TerminalProcess.program)
        process.arguments = capture.arguments + ["--socket", daemon.socketPath]
        process.environment = TerminalProcess.environment.merging(["COLUMNS": "40"]) { $1 }
        process.standardOutput = pipe
        try process.run()

        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()

        #expect(process.terminationStatus == 0)
        #expect(try await output == capture.text(width: nil, isColored: false))
    }

    @Test func `Ctrl-C ends what logs follows`() async throws {
        let folder = try TemporaryDirectory.make()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let script = "#!/bin/sh\ntrap 'exit 7' INT\necho following\nread -r line\n"
        let path = folder + "/journalctl"
        try Data(script.utf8).write(to: URL(filePath: path))
        chmod(path, 0o755)
        let process = try TerminalProcess(
            ["logs", "--follow"],
            width: 80,
            environment: ["PATH": folder + ":/usr/bin:/bin"]
        )
        #expect(try await process.read { $0.contains("following") }, "\(process.text)")

        process.type("\u{3}")

        #expect(try await process.wait() == 7, "\(process.text)")
    }

    @Test(arguments: [60, 80, 200])
    func `watch draws in place and leaves a clean terminal on Ctrl-C`(width: Int) async throws {
        let daemon = try Self.following(round: 2, doneCounts: [900, 1000, 1100])
        defer { daemon.stop() }
        let process = try TerminalProcess(["watch", "--socket", daemon.socketPath], width: width)
        let modes = process.modes

        let isDrawn = try await process.read { text in
            let screen = TerminalScreen(text, width: width)
            return screen.cursor.column == 0 && screen.rows.contains { $0.contains("1,100 / 1,600") }
                && screen.rows.contains { $0.contains("event 43") }
        }
        let screen = TerminalScreen(process.text, width: width)
        #expect(isDrawn, "\(screen.rows)")
        #expect(screen.rows.count { $0.contains("SmolLM2") } == 1, "\(screen.rows)")
        #expect(screen.rows.count { $0.contains("/ 1,600 candidates") } == 1, "\(screen.rows)")
        #expect(screen.scrolledOffCount == 0 && screen.cursor.column == 0 && screen.unknownCodes.isEmpty)

        process.type("\u{3}")
        let status = try await process.wait()
        let last = TerminalScreen(process.text, width: width)
        #expect(status == 130)
        #expect(process.modes == modes)
        #expect(last.cursor.column == 0 && last.unknownCodes.isEmpty)
        #expect(last.rows.prefix(4) == screen.rows.prefix(4), "the last picture stays")
    }

    @Test func `watch goes on when the daemon comes back`() async throws {
        let directory = try TemporaryDirectory.make()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let first = try Self.following(round: 2, doneCounts: [900], in: directory)
        let process = try TerminalProcess(["watch", "--socket", first.socketPath], width: 80)
        func shows(_ part: String) async throws -> Bool {
            try await process.read { text in
                TerminalScreen(text, width: 80).rows.contains { $0.contains(part) }
            }
        }

        #expect(try await shows("900 / 1,600 candidates"), "\(process.text)")
        first.stop()
        #expect(try await shows("waiting for the daemon"), "\(process.text)")
        let second = try Self.following(round: 3, doneCounts: [5], in: directory)
        defer { second.stop() }
        #expect(try await shows("5 / 1,600 candidates"), "\(process.text)")

        let screen = TerminalScreen(process.text, width: 80)
        #expect(screen.rows.contains { $0.contains("round 3") }, "\(screen.rows)")
        #expect(!screen.rows.contains { $0.contains("waiting for the daemon") }, "\(screen.rows)")
        #expect(screen.rows.count { $0.contains("SmolLM2") } == 1, "\(screen.rows)")
        process.type("\u{3}")
        #expect(try await process.wait() == 130)
    }

    /// A daemon whose stream tells of some progress and an event and then stays open.
    private static func following(
        round: Int,
        doneCounts: [Int],
        in directory: String? = nil
    ) throws -> StubDaemon {
        var status = try ControlCoding.decode(
            StatusReply.self,
            from: Data(try Kept.text(ofReply: "status").utf8)
        )
        status.round = RoundID(rawValue: round)
        status.progress = nil
        let id = RoundID(rawValue: round)
        let event = RoundEvent(.warning, round: id, message: "event 43", id: 43, time: "2026-01-31T18:00:00Z")
        var blocks = [try ServerSentEvent(EventItem(event)).text]
        for count in doneCounts {
            let progress = Loop.Progress(
                round: id,
                phase: .generate,
                doneCount: count,
                totalCount: 1600,
                unit: "candidates"
            )
            blocks.append(try ServerSentEvent(ProgressItem(progress)).text)
        }
        let reply = StubReply.json(String(decoding: try ControlCoding.encode(status), as: UTF8.self))
        let stream = StubReply(
            headers: ["Content-Type: text/event-stream"],
            parts: [ServerSentEvent.retryLine] + blocks,
            staysOpen: true
        )
        return try StubDaemon(in: directory) { $0.target.hasPrefix(ControlRoute.events) ? stream : reply }
    }
}
