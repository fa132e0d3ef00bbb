import Foundation
import Glibc
import Loop
import Synchronization

/// Many clients that do whatever comes to their minds at one socket, and what they were told.
///
/// A change that gets no answer is sent again under its key until it gets one, so that the daemon may be
/// killed meanwhile.
final class Crowd: Sendable {
    /// What the clients found.
    struct Findings: Sendable {
        var acknowledged: [Acknowledgement] = []
        /// Names of exports that were acknowledged, with their number of files.
        var exports: [String: Int] = [:]
        var requestCount = 0
        var repeatedCount = 0
        var replayedCount = 0
        /// Everything that must not be.
        var faults: [String] = []
    }

    private let client: SocketClient
    private let deadline: ContinuousClock.Instant
    private let findings = Mutex(Findings())

    init(_ run: TinyRun, until deadline: ContinuousClock.Instant) {
        client = SocketClient(path: run.state + "/control.sock", patienceSeconds: 30)
        self.deadline = deadline
    }

    /// Runs so many clients, each on a thread of its own, until the deadline.
    func run(clients count: Int) async -> Findings {
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<count {
                group.addTask {
                    await withCheckedContinuation { continuation in
                        Thread { [self] in
                            var member = Member(number: number, crowd: self)
                            while ContinuousClock.now < deadline { member.act() }
                            continuation.resume()
                        }.start()
                    }
                }
            }
        }
        return findings.withLock { $0 }
    }

    fileprivate func note(_ change: (inout Findings) -> Void) { findings.withLock { change(&$0) } }

    /// Asks until it is answered.
    fileprivate func ask(
        _ method: String,
        _ target: String,
        _ body: String = "",
        headers: [String] = []
    ) -> (status: Int, head: String, body: String, json: [String: Any]) {
        for attempt in 0..<600 {
            guard let reply = client.request(method, target, body: body, headers: headers) else {
                usleep(50_000)
                continue
            }
            note {
                $0.requestCount += 1
                if attempt > 0 { $0.repeatedCount += 1 }
                if reply.status >= 500, reply.status != 503 { $0.faults.append("\(target): \(reply.body)") }
            }
            let json = try? JSONSerialization.jsonObject(with: Data(reply.body.utf8)) as? [String: Any]
            return (reply.status, reply.head, reply.body, json ?? [:])
        }
        note { $0.faults.append("\(method) \(target) was never answered") }
        return (0, "", "", [:])
    }
}

/// One client.
private struct Member {
    let number: Int
    let crowd: Crowd
    var count = 0
    var random: SeededGenerator

    init(number: Int, crowd: Crowd) {
        (self.number, self.crowd) = (number, crowd)
        random = SeededGenerator(seed: UInt64(700 + number))
    }

    /// Does one thing.
    mutating func act() {
        count += 1
        switch Int.random(in: 0..<20, using: &random) {
        case 0...4: add()
        case 5, 6: rollBack()
        case 7: prune()
        case 8: export()
        case 9: pin()
        case 10: _ = crowd.ask("POST", "/v1/pause")
        case 11, 12: _ = crowd.ask("POST", "/v1/resume")
        case 13: _ = crowd.ask("POST", "/v1/ask", #"{"question": "What is 1 + 2 + 3?", "base": true}"#)
        case 14: _ = crowd.ask("GET", "/v1/verify")
        case 15: _ = crowd.ask("GET", "/v1/rounds")
        case 16: _ = crowd.ask("GET", "/v1/rounds/1/candidates?limit=5")
        case 17: _ = crowd.ask("GET", "/v1/metrics")
        default: _ = crowd.ask("GET", "/v1/status")
        }
    }

    private mutating func add() {
        let lines = (0..<Int.random(in: 1...3, using: &random)).map { place in
            let (a, b) = (10_000 * (number + 1) + count, place + 1)
            return #"{"question": "What is \#(a) + \#(b)?", "answer": "\#(a + b)"}"#
        }
        let body = #"{"split": "train", "lines": [\#(lines.joined(separator: ", "))]}"#
        change("/v1/questions", body, .questionsAdded) { reply in
            guard let ids = reply["ids"] as? [Int], ids.count == lines.count else { return nil }
            return ("\(ids.count) train questions added", ids)
        }
    }

    private mutating func rollBack() {
        let list = crowd.ask("GET", "/v1/checkpoints").json["checkpoints"] as? [[String: Any]] ?? []
        let usable = list.filter { $0["is_promoted"] as? Bool == true && $0["is_pruned"] as? Bool != true }
        let round = usable.randomElement(using: &random)?["round"] as? Int ?? 0
        change("/v1/rollback", #"{"round": \#(round)}"#, .rolledBack) { reply in
            guard let current = reply["current"] as? [String: Any] else { return nil }
            let round = current["round"] as? Int
            return ("rolled back to " + (round.map { "round \($0)" } ?? "the base model"), [])
        }
    }

    private mutating func prune() {
        let keep = Int.random(in: 3...8, using: &random)
        change("/v1/prune", #"{"keep": \#(keep), "is_dry_run": false}"#, .pruned) { reply in
            guard let ids = reply["pruned"] as? [Int], !ids.isEmpty else { return nil }
            return ("adapters removed of checkpoints \(ids.map(String.init).joined(separator: ", "))", ids)
        }
    }

    private mutating func export() {
        let name = "export-\(number)-\(count)"
        let reply = crowd.ask(
            "POST",
            "/v1/exports",
            #"{"format": "adapter", "name": "\#(name)"}"#,
            headers: [key]
        )
        // The base model may be current, or a kill may have come between the files and their receipt.
        guard reply.status == 200, let files = reply.json["files"] as? [Any] else { return }
        crowd.note { [count = files.count] in $0.exports[name] = count }
    }

    private mutating func pin() {
        let isPinned = Bool.random(using: &random)
        let round = Int.random(in: 1...3, using: &random)
        _ = crowd.ask("POST", "/v1/pin", #"{"round": \#(round), "is_pinned": \#(isPinned)}"#)
    }

    private var key: String { "Idempotency-Key: client-\(number)-\(count)" }

    /// Sends a change, notes what was acknowledged, and now and then sends it again.
    ///
    /// - Parameters:
    ///   - target: The path.
    ///   - body: The body.
    ///   - kind: The event it leaves.
    ///   - read: The event's message and the numbers in a reply; nil when it changed nothing.
    private mutating func change(
        _ target: String,
        _ body: String,
        _ kind: EventKind,
        _ read: ([String: Any]) -> (message: String, ids: [Int])?
    ) {
        let after = newestEvent
        let reply = crowd.ask("POST", target, body, headers: [key])
        guard reply.status == 200 else {
            // Gone or pruned by somebody else meanwhile.
            if ![404, 409].contains(reply.status) {
                crowd.note { $0.faults.append("\(target): \(reply.body)") }
            }
            return
        }
        if let (message, ids) = read(reply.json) {
            let upTo = newestEvent
            crowd.note {
                $0.acknowledged.append(
                    Acknowledgement(kind: kind, message: message, after: after, upTo: upTo, ids: ids)
                )
            }
        }
        guard Int.random(in: 0..<4, using: &random) == 0 else { return }
        let again = crowd.ask("POST", target, body, headers: [key])
        let isSame = again.status == 200 && again.body == reply.body
        let isReplayed = again.head.contains("idempotent-replayed: true")
        let other = crowd.ask("POST", target, body + " ", headers: [key])
        crowd.note {
            $0.replayedCount += 1
            if !isSame || !isReplayed { $0.faults.append("\(target) again: \(again.status) \(again.body)") }
            if other.status != 422 { $0.faults.append("\(target) with the key of another: \(other.status)") }
        }
    }

    private var newestEvent: Int {
        let events = crowd.ask("GET", "/v1/status").json["events"] as? [[String: Any]]
        return events?.last?["id"] as? Int ?? 0
    }
}
