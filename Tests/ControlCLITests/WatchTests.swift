import ControlAPI
import ControlCLI
import Foundation
import Loop
import Synchronization
import Testing

struct WatchTests {
    @Test func `it prints events, goes on after a restart and ends when the round has finished`() async throws
    {
        let streamCount = Mutex(0)
        let daemon = try StubDaemon { request in
            switch request.target {
            case ControlRoute.status:
                let finished = streamCount.withLock { $0 } < 2 ? 0 : 1
                let text = try? Fixture.text("status")
                return .json(
                    text?.replacing(
                        "\"finished_round_count\": 1",
                        with: "\"finished_round_count\": \(finished)"
                    )
                        ?? ""
                )
            default:
                let number = streamCount.withLock { count in
                    count += 1
                    return count
                }
                return Self.stream(id: 41 + number, "event number \(number)")
            }
        }
        defer { daemon.stop() }

        let run = await Invocation.run(
            "watch",
            "--until-round",
            "1",
            "--timeout",
            "60",
            socket: daemon.socketPath
        )

        #expect(run.status == 0)
        let header =
            "SmolLM2-135M-Instruct · checkpoint 1 (round 1) · test 71.5 (65–77) · base test 53.0 (46–60)"
        #expect(run.output.hasPrefix(header + "\n"))
        #expect(run.output.contains("18:00:00  round 2  event number 1\n"))
        #expect(
            run.output.contains(
                "round 2 generate: 900 / 1,600 candidates, 56.2 %, 412 tok/s, 2 min 30 s left\n"
            )
        )
        #expect(run.messages.contains("waiting for the daemon on \(daemon.socketPath): "))
        let again = daemon.requests.filter { $0.target == ControlRoute.events }
        #expect(again.first?.headers.contains("Last-Event-ID: 41") == true)
        #expect(again.dropFirst().first?.headers.contains("Last-Event-ID: 42") == true)
    }

    @Test func `--json gives one object per line`() async throws {
        let daemon = try StubDaemon { request in
            switch request.target {
            case ControlRoute.status: return Self.fixture("status")
            default: return Self.stream(id: 42, "hello")
            }
        }
        defer { daemon.stop() }

        let run = await Invocation.run("watch", "--json", "--timeout", "5", socket: daemon.socketPath)

        let kinds = try run.output.split(separator: "\n").map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            return object?["type"] as? String
        }
        #expect(run.status == 75)
        #expect(kinds.prefix(3) == ["status", "progress", "event"])
    }

    @Test func `without a daemon it ends at once, unless told to wait`() async {
        let run = await Invocation.run("watch", socket: "/nonexistent/socket")
        let waiting = await Invocation.run(
            "watch",
            "--wait",
            "--timeout",
            "5",
            socket: "/nonexistent/socket"
        )

        #expect(run.status == 69)
        #expect(waiting.status == 75)
        #expect(waiting.messages.contains("waiting for the daemon on /nonexistent/socket"))
    }

    @Test func `a loop that waits on a plateau ends the wait for a later round`() async throws {
        let daemon = try StubDaemon { request in
            guard request.target == ControlRoute.status else { return Self.fixture("rounds") }
            let text = (try? Fixture.text("status"))?.replacing(#""running""#, with: #""plateau""#)
            return .json(text ?? "")
        }
        defer { daemon.stop() }

        let run = await Invocation.run("watch", "--until-round", "5", socket: daemon.socketPath)

        #expect(run.status == 75)
        #expect(
            run.messages.contains("the loop waits (plateau) after round 1, round 5 will not start by itself")
        )
    }

    @Test(arguments: [60, 80, 200])
    func `no line of the picture is wider than the terminal`(width: Int) throws {
        var model = WatchModel()
        let status = try ControlCoding.decode(StatusReply.self, from: Data(try Fixture.text("status").utf8))
        _ = model.take(status)

        let lines = Renderer(width: width).picture(model, socketPath: "/s", height: 24)

        #expect(lines.allSatisfy { $0.displayWidth <= width })
        #expect(lines.contains { $0.hasPrefix("█") && $0.contains("812 / 1,600 candidates") })
    }

    @Test func `after a restored backup it goes on from the first new event`() async throws {
        let streams = Mutex(0)
        let daemon = try StubDaemon { request in
            if request.target == ControlRoute.status { return Self.fixture("status") }
            let count = streams.withLock { count in
                count += 1
                return count
            }
            let item = EpochItem(epoch: count == 1 ? "a" : "b", firstEvent: count == 1 ? 1 : 3)
            let epoch = (try? ServerSentEvent(item).text) ?? ""
            let isNew = request.headers.contains("\(ControlHeader.lastEventID): 2")
            var reply = Self.stream(id: 3, "after the restore")
            if !isNew { reply.parts = [] }
            reply.parts.insert(epoch, at: 0)
            reply.staysOpen = isNew
            return reply
        }
        defer { daemon.stop() }

        let run = await Invocation.run("watch", "--json", "--timeout", "6", socket: daemon.socketPath)

        #expect(run.output.contains("after the restore"), "\(run.output) \(run.messages)")
    }

    @Test func `events that were removed before it came for them are counted`() async throws {
        let daemon = try StubDaemon { request in
            if request.target == ControlRoute.status { return Self.fixture("status") }
            let item = EpochItem(epoch: "a", firstEvent: 90_001, removedThrough: 90_000)
            var reply = Self.stream(id: 90_001, "after the gap")
            reply.parts.insert((try? ServerSentEvent(item).text) ?? "", at: 0)
            reply.staysOpen = true
            return reply
        }
        defer { daemon.stop() }

        let run = await Invocation.run("watch", "--timeout", "3", socket: daemon.socketPath)

        #expect(run.messages.contains("older events were removed"), "\(run.output) \(run.messages)")
        #expect(run.output.contains("after the gap"))
    }

    @Test func `after a stream that lagged it connects again at once, from the last number`() async throws {
        let streams = Mutex(0)
        let daemon = try StubDaemon { request in
            if request.target == ControlRoute.status {
                let finished = streams.withLock { $0 } < 2 ? 0 : 1
                let text = (try? Fixture.text("status")) ?? ""
                return .json(
                    text.replacing(
                        "\"finished_round_count\": 1",
                        with: "\"finished_round_count\": \(finished)"
                    )
                )
            }
            let count = streams.withLock { count in
                count += 1
                return count
            }
            var reply = Self.stream(id: 41 + count, "event number \(count)")
            if count == 1 {
                reply.parts.append((try? ServerSentEvent(LaggedItem(lastEvent: 42)).text) ?? "")
            }
            reply.staysOpen = true
            return reply
        }
        defer { daemon.stop() }

        let run = await Invocation.run(
            "watch",
            "--until-round",
            "1",
            "--timeout",
            "60",
            socket: daemon.socketPath
        )

        #expect(run.status == 0, "\(run.messages)")
        #expect(run.output.contains("event number 2"))
        #expect(!run.messages.contains("waiting for the daemon"), "\(run.messages)")
        let streamed = daemon.requests.filter { $0.target == ControlRoute.events }
        #expect(streamed.dropFirst().first?.headers.contains("Last-Event-ID: 42") == true)
    }

    @Test func `an event that comes twice is shown once`() throws {
        var model = WatchModel()
        let event = EventItem(RoundEvent(.roundStarted, round: RoundID(rawValue: 3), message: "go", id: 5))

        let isFirstNew = model.take(event)
        let isSecondNew = model.take(event)

        #expect(isFirstNew)
        #expect(!isSecondNew)
        #expect(model.events.count == 1)
    }

    private static func stream(id: Int, _ message: String) -> StubReply {
        let round = RoundID(rawValue: 2)
        let event = RoundEvent(.warning, round: round, message: message, id: id, time: "2026-01-31T18:00:00Z")
        let progress = Loop.Progress(
            round: round,
            phase: .generate,
            doneCount: 900,
            totalCount: 1600,
            unit: "candidates"
        )
        let item = ProgressItem(progress, tokensPerSecond: 412.2, secondsLeft: 150)
        let blocks = [try? ServerSentEvent(item).text, try? ServerSentEvent(EventItem(event)).text].compactMap
        { $0 }
        return StubReply(
            headers: ["Content-Type: text/event-stream"],
            parts: [ServerSentEvent.retryLine, ServerSentEvent.heartbeat] + blocks
        )
    }

    private static func fixture(_ name: String) -> StubReply {
        (try? .fixture(name)) ?? .json("no fixture \(name)", status: "500 Internal Server Error")
    }
}
