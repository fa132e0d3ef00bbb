import Foundation
import Glibc

// Starts that are to be refused, and change nothing.
extension Operation {
    static let refusedStarts: [Operation] = [
        Operation("start with a bad configuration", 4, .stopped) { user in
            let bad = try user.pick(BadConfiguration.all)
            user.detail(bad.name)
            try bad.write(user)
            try await user.expectRefused([78], bad.name)
            try user.restore("config.yaml")
        },
        Operation("start without a question file", 1, .stopped) { user in
            let name = try user.pick(["train.jsonl", "valid.jsonl", "gate.jsonl", "test.jsonl"])
            try FileManager.default.removeItem(atPath: user.run.folder + "/" + name)
            try await user.expectRefused([78], "without \(name)")
            try user.restore(name)
        },
        Operation("start with a question file that was cut", 2, .stopped) { user in
            let name = try user.cutQuestionFile()
            let before = try StatePicture(user.run.state)
            let daemon = try user.launch()
            let isUp = try await user.waits(for: daemon, seconds: 20)
            try user.restore(name)
            if isUp {
                daemon.signal(SIGTERM)
                let status = try await daemon.wait(seconds: 15)
                user.expect(status == .exited(0), "with a cut \(name): a stop ended with \(status)")
            } else {
                let status = daemon.status()
                user.expect(
                    status == .exited(65) || status == .exited(78),
                    "with a cut \(name): the start ended with \(String(describing: status))"
                )
                let differences = try StatePicture(user.run.state).differences(from: before)
                user.expect(differences.isEmpty, "with a cut \(name): \(differences)")
            }
        },
        Operation("start without the journal", 2, .stopped) { user in
            guard user.hasCheckpoints else { throw NotNow("no checkpoint yet") }
            try await user.without("journal.sqlite") {
                try await user.expectRefused([65], "without the journal")
            }
        },
        Operation("start without checkpoints", 2, .stopped) { user in
            guard user.hasCheckpoints else { throw NotNow("no checkpoint yet") }
            try await user.without("checkpoints") {
                try await user.expectRefused([74], "without checkpoints")
            }
        },
        Operation("start where nothing may be written", 2, .stopped) { user in
            let name = try user.pick(["", "/training", "/checkpoints", "/exports"])
            guard let barrier = Barrier(user.run.state + name, mayMount: true) else {
                throw NotNow("nothing keeps root out here")
            }
            user.detail("\(name.isEmpty ? "the whole directory" : name) by \(barrier.kind.rawValue)")
            try await user.expectRefused([77], "where nothing may be written")
            barrier.lift()
        },
        Operation("start on a full disk", 2, .stopped) { user in
            guard let disk = user.disk else { throw NotNow("no small disk") }
            try disk.fill()
            let daemon = try user.launch()
            let isUp = try await user.waits(for: daemon, seconds: 10)
            try disk.free()
            if isUp {
                daemon.signal(SIGTERM)
                let status = try await daemon.wait(seconds: 15)
                user.expect(status == .exited(0), "started on a full disk: a stop ended with \(status)")
            } else {
                let status = daemon.status()
                user.expect(
                    [.exited(71), .exited(74)].contains(status),
                    "on a full disk: the start ended with \(String(describing: status))"
                )
            }
        },
    ]
}

extension CarelessUser {
    /// Whether a refusal for lack of them can be expected.
    var hasCheckpoints: Bool {
        let names = try? FileManager.default.contentsOfDirectory(atPath: run.state + "/checkpoints")
        return names?.contains { Int($0) != nil } == true
    }

    /// Does something while a part of the state directory lies elsewhere.
    func without(_ name: String, _ body: () async throws -> Void) async throws {
        let (path, away) = (run.state + "/" + name, run.folder + "/away")
        guard rename(path, away) == 0 else { throw NotNow("\(name) cannot be moved") }
        do { try await body() } catch { note("\(error)") }
        expect(access(path, F_OK) != 0, "\(name) was made anew while it was away")
        expect(rename(away, path) == 0, "\(name) cannot be moved back")
    }

    /// Whether a process answers; false when it has ended.
    func waits(for daemon: DaemonProcess, seconds: Int) async throws -> Bool {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < deadline {
            if daemon.status() != nil { return false }
            if run.client.json("GET", "/v1/status") != nil { return true }
            try await Task.sleep(for: .milliseconds(20))
        }
        note("a start neither answered nor ended within \(seconds) s")
        daemon.signal(SIGKILL)
        _ = try await daemon.wait()
        return false
    }
}
