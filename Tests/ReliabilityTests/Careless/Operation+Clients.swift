import Foundation
import Glibc

// Asking, looking, and connections that end half-way.
extension Operation {
    static let clients: [Operation] = [
        Operation("ask", 2) { user in
            let count = try user.pick([0, 0, 4])
            var body: [String: Any] = [
                "question": "What is 1 + 2 + \(user.number(in: 1...9))?", "base": count == 0,
            ]
            if count > 0 { body["candidate_count"] = count }
            try user.expectReply([200, 503], "POST", "/v1/ask", body)
        },
        Operation("verify while it runs", 3) { user in
            // One whose client has just gone may still be ending.
            if user.number(in: 0...1) == 0 {
                try user.expectCommand(["verify"], [0, 75])
            } else if let reply = try user.expectReply([200, 409], "GET", "/v1/verify") {
                user.expect((reply["violations"] as? [Any])?.isEmpty == true, "verify: \(reply)")
            }
        },
        Operation("look by command", 2) { user in
            let look = try user.pick([
                ["status"], ["rounds"], ["checkpoints"], ["retire", "--list"], ["config", "show"],
                ["report", "--output", "-"],
            ])
            user.detail(look[0])
            try user.expectCommand(look)
        },
        Operation("mistaken commands", 1) { user in
            let (status, words) = try user.pick([
                (66, ["rollback", "99999", "--yes"]), (66, ["pin", "99999"]), (66, ["inspect", "99999"]),
                (64, ["prune", "--keep", "few"]), (66, ["add", "/nowhere.jsonl"]),
                (69, ["rounds", "--socket", "/nowhere.sock"]),
            ])
            user.detail(words.joined(separator: " "))
            try user.expectCommand(words, [Int32(status)])
        },
        Operation("close connections half-way", 3) { user in
            let client = SocketClient(path: user.run.state + "/control.sock")
            for _ in 0..<user.number(in: 1...30) {
                guard let descriptor = client.connect() else { continue }
                let text = try user.pick([
                    "", "GET /v1/sta", "GET /v1/verify HTTP/1.1\r\nHost: x\r\n\r\n",
                    "GET /v1/events?after=0 HTTP/1.1\r\nHost: x\r\n\r\n",
                    "POST /v1/questions HTTP/1.1\r\nHost: x\r\nContent-Length: 90000\r\n\r\n{\"split\": ",
                    "POST /v1/ask HTTP/1.1\r\nHost: x\r\nContent-Length: 40\r\n\r\n"
                        + #"{"question": "What is 1 + 2?"}          "#,
                    "\u{0}\u{1}\u{2} nonsense\r\n\r\n",
                ])
                SocketClient.send(text, on: descriptor)
                if user.number(in: 0...2) == 0 { usleep(UInt32(user.number(in: 0...5000))) }
                close(descriptor)
            }
            try user.expectReply([200], "GET", "/v1/status")
        },
        Operation("wait", 4) { user in
            try await Task.sleep(for: .milliseconds(user.number(in: 50...600)))
        },
    ]
}
