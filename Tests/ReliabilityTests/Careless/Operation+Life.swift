import Foundation
import Glibc

// Starting, stopping and killing.
extension Operation {
    static let life: [Operation] = [
        Operation("kill -9", 6, leaves: false) { user in try await user.kill() },
        Operation("SIGTERM", 3, leaves: false) { user in try await user.stop() },
        Operation("SIGINT", 1, leaves: false) { user in try await user.stop(SIGINT) },
        Operation("start", 14, .stopped, leaves: true) { user in try await user.start() },
        Operation("kill -9 while it starts", 2, .stopped) { user in
            let daemon = try user.launch()
            try await Task.sleep(for: .milliseconds(user.number(in: 1...250)))
            daemon.signal(SIGKILL)
            let status = try await daemon.wait()
            user.expect(status == .signalled(SIGKILL), "a start ended with \(status)")
        },
        Operation("restart with a clock that jumps", 2) { user in
            try await user.stop()
            try await user.start(environment: user.run.faults(["FAULTS_CLOCK": "1"]))
        },
        Operation("freeze for a moment", 2) { user in
            user.daemon?.signal(SIGSTOP)
            try await Task.sleep(for: .milliseconds(user.number(in: 100...800)))
            user.daemon?.signal(SIGCONT)
            try await user.settle()
        },
        Operation("kill -9 amid an add, then add again", 4) { user in try await user.killAmidAdd() },
        Operation("second daemon", 3) { user in
            let second = try await user.launch().wait(seconds: 20)
            user.expect(second == .exited(75), "a second daemon ended with \(second)")
        },
        Operation("remove lock and socket, second daemon", 2) { user in
            for name in ["lock", "control.sock"] {
                try FileManager.default.removeItem(atPath: user.run.state + "/" + name)
            }
            let second = try await user.launch().wait(seconds: 20)
            user.expect(second == .exited(75), "a second daemon ended with \(second)")
            user.expect(user.daemon?.status() == nil, "the first daemon has ended")
            // Nobody reaches it any more.
            try await user.stop()
            try await user.start()
        },
        Operation("remove lock and socket", 1, .stopped) { user in
            for name in ["lock", "control.sock"] {
                try? FileManager.default.removeItem(atPath: user.run.state + "/" + name)
            }
        },
        Operation("verify from outside", 2, .either) { user in
            try user.expectCommand(["verify", user.run.state])
        },
        Operation("check", 1, .either) { user in
            let checked = try await user.launch(["--check"]).wait(seconds: 20)
            user.expect(checked == .exited(0), "--check ended with \(checked)")
        },
    ]
}

extension CarelessUser {
    /// The confirmation of an add is lost, or the add itself; sent again under its key it happens once.
    func killAmidAdd() async throws {
        guard !hasJumpingClock else { throw NotNow("receipts have random times") }
        let (line, key, pause) = (newLine(), newKey(), number(in: 0...8))
        let body: [String: Any] = ["split": "train", "lines": [line]]
        let text = String(
            decoding: try JSONSerialization.data(withJSONObject: body, options: .sortedKeys),
            as: UTF8.self
        )
        let client = SocketClient(path: run.state + "/control.sock", patienceSeconds: 30)
        async let first = Self.send(text, key, to: client)
        try await Task.sleep(for: .milliseconds(pause))
        try await kill()
        let lost = await first
        try await start()
        let reply = try ask("POST", "/v1/questions", text, key: key)
        guard let reply, reply.status == 200 else {
            note("an add that was sent again was answered with \(reply?.text ?? "nothing")")
            return
        }
        expect(
            lost == nil || lost == reply.text,
            "an add was confirmed with \(lost ?? ""), then \(reply.text)"
        )
        note(added: reply.json, [line])
    }

    /// The confirmation of an add; nil without one.
    private static func send(_ body: String, _ key: String, to client: SocketClient) async -> String? {
        await withCheckedContinuation { continuation in
            Thread {
                let reply = client.request(
                    "POST",
                    "/v1/questions",
                    body: body,
                    headers: ["Idempotency-Key: \(key)"]
                )
                continuation.resume(returning: reply?.status == 200 ? reply?.body : nil)
            }.start()
        }
    }
}
