import Foundation
import Loop

/// Requests over the socket.
extension CarelessUser {
    /// A reply.
    struct Reply {
        let status: Int
        let text: String
        let json: [String: Any]
    }

    /// Sends a request; nil when it gets no whole answer.
    func ask(_ method: String, _ target: String, _ body: Any? = nil, key: String? = nil) throws -> Reply? {
        var text = ""
        if let raw = body as? String {
            text = raw
        } else if let body {
            text = String(
                decoding: try JSONSerialization.data(withJSONObject: body, options: .sortedKeys),
                as: UTF8.self
            )
        }
        let client = SocketClient(path: run.state + "/control.sock", patienceSeconds: 30)
        let headers = key.map { ["Idempotency-Key: \($0)"] } ?? []
        guard let reply = client.request(method, target, body: text, headers: headers) else { return nil }
        expect(
            !reply.body.contains("urn:autodidact:problem:internal"),
            "\(method) \(target) \(text.prefix(200)) found a defect: \(reply.body)"
        )
        let json = try? JSONSerialization.jsonObject(with: Data(reply.body.utf8)) as? [String: Any]
        return Reply(status: reply.status, text: reply.body, json: json ?? [:])
    }

    /// Sends a request that must be answered with one of some statuses.
    ///
    /// - Returns: What a success says; nil for anything else.
    @discardableResult
    func expectReply(
        _ statuses: [Int],
        _ method: String,
        _ target: String,
        _ body: Any? = nil
    ) throws -> [String: Any]? {
        let reply = try ask(method, target, body, key: method == "POST" ? newKey() : nil)
        guard let reply, statuses.contains(reply.status) else {
            let said = reply.map { "\($0.status) \($0.text.prefix(400))" } ?? "nothing"
            note("\(method) \(target) \(body ?? "") was answered with \(said), not with one of \(statuses)")
            return nil
        }
        return reply.status == 200 ? reply.json : nil
    }

    /// A key for a request that may be sent again.
    func newKey() -> String { "careless-\(seed)-\(newNumber())" }

    /// A question that is nowhere yet.
    func newLine() -> [String: String] {
        let (a, b) = (1000 + newNumber(), number(in: 1...9))
        return ["question": "What is \(a) + \(b)?", "answer": "\(a + b)"]
    }

    /// Checkpoints as the daemon lists them.
    func checkpoints() throws -> [[String: Any]] {
        let reply = try expectReply([200], "GET", "/v1/checkpoints?limit=20000")
        return reply?["checkpoints"] as? [[String: Any]] ?? []
    }

    /// Settings as the daemon uses them.
    func settings() throws -> [String: String] {
        try expectReply([200], "GET", "/v1/config")?["settings"] as? [String: String] ?? [:]
    }

    /// Adds a question while something is in the way: it is confirmed and there, or refused and not there.
    func addAmidTrouble() throws {
        let line = newLine()
        let reply = try ask("POST", "/v1/questions", ["split": "train", "lines": [line]], key: newKey())
        switch reply?.status {
        case 200: note(added: reply?.json ?? [:], [line])
        case 500, 503: break
        default: note("adding amid trouble was answered with \(reply?.text ?? "nothing")")
        }
    }

    /// Takes a confirmation of new questions into the model.
    func note(added reply: [String: Any], _ lines: [[String: String]]) {
        guard let ids = reply["ids"] as? [Int], ids.count == lines.count else {
            note("adding \(lines) was confirmed with \(reply)")
            return
        }
        for (id, line) in zip(ids, lines) { model.questions[id] = line["question"] }
        model.told[.questionsAdded, default: 0] += 1
    }
}
