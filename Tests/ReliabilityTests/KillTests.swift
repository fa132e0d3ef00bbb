import Foundation
import Loop
import Testing

/// A run killed anywhere, any number of times, ends with the same bytes as one that was never interrupted.
@Suite(.serialized)
struct KillTests {
    @Test func `kill -9 at random operations over five rounds changes nothing`() async throws {
        let whole = try TinyRun(rounds: 5)
        let counter = whole.folder + "/count"
        try await whole.finish(environment: whole.faults(["FAULTS_COUNT": counter]))
        try whole.expectSound()
        let text = try String(contentsOfFile: counter, encoding: .utf8)
        let total = try #require(Int(text.trimmingCharacters(in: .whitespacesAndNewlines)))
        let expected = try whole.dump()

        var random = SeededGenerator(seed: 11)
        var kills = 0
        let wanted = TinyRun.count(50, soak: 2000)
        while kills < wanted {
            let run = try TinyRun(rounds: 5)
            // A killed run does about as many operations again; ten kills in one run, then it may end.
            for _ in 0..<min(10, wanted - kills) {
                let place = Int.random(in: 1...max(2, total / 6), using: &random)
                let daemon = try run.start(
                    environment: run.faults(["FAULTS_AT": "\(place)", "FAULTS_DO": "kill"])
                )
                let status = try await daemon.wait()
                if status == .exited(0) { break }
                try #require(status == .signalled(SIGKILL), "\(run.log)")
                kills += 1
            }
            try await run.finish()
            try run.expectSame(as: expected)
        }
    }

    @Test func `kill -9 at random instants changes nothing`() async throws {
        let whole = try TinyRun(rounds: 3)
        let start = ContinuousClock.now
        try await whole.finish()
        let seconds = Double((ContinuousClock.now - start) / .seconds(1))
        let expected = try whole.dump()
        var random = SeededGenerator(seed: 12)
        var kills = 0
        while kills < TinyRun.count(10, soak: 200) {
            let run = try TinyRun(rounds: 3)
            for _ in 0..<5 {
                let daemon = try run.start()
                try await Task.sleep(for: .seconds(Double.random(in: 0...seconds / 2, using: &random)))
                if daemon.status() == .exited(0) { break }
                daemon.signal(SIGKILL)
                _ = try await daemon.wait()
                kills += 1
            }
            try await run.finish()
            try run.expectSame(as: expected)
        }
    }

    @Test func `kill -9 at every failpoint changes nothing`() async throws {
        let settings = ["storage": "{keep: 1, archiveAfter: 1, keepEvents: 3}"]
        let whole = try TinyRun(rounds: 2, settings: settings)
        let list = whole.folder + "/failpoints"
        try await whole.finish(environment: ["AUTODIDACT_FAILPOINT_LOG": list])
        let expected = try whole.dump()
        guard let text = try? String(contentsOfFile: list, encoding: .utf8), !text.isEmpty else {
            Issue.record("the daemon was built without failpoints: run \"make test\"")
            return
        }
        let reached = text.split(separator: "\n").map(String.init)
        let names = Set(reached).sorted()
        #expect(names.count >= 40, "\(names)")
        for name in names {
            let times = reached.count { $0 == name }
            for time in Set(TinyRun.isSoak ? [1, 2, 3, (times + 1) / 2, times] : [(times + 1) / 2])
            where time <= times {
                let run = try TinyRun(rounds: 2, settings: settings)
                let status = try await run.start(environment: ["AUTODIDACT_FAILPOINT": "\(name)#\(time)"])
                    .wait()
                #expect(status == .signalled(SIGKILL), "\(name)#\(time): \(status)")
                try await run.finish()
                try run.expectSame(as: expected, "\(name)#\(time)")
            }
        }
    }

    @Test(arguments: ["files.exports.rename", "files.exports.renamed"])
    func `an export cut by kill -9 is there whole or not at all, and can be made again`(
        failpoint: String
    ) async throws {
        let body = #"{"format":"adapter","name":"one"}"#
        let whole = try TinyRun(rounds: 2)
        try await export(body, from: whole)
        let expected = try whole.dump()
        let run = try TinyRun(rounds: 2)
        try await run.finish()

        let daemon = try run.start([], environment: ["AUTODIDACT_FAILPOINT": failpoint])
        _ = try #require(try await run.waitForStatus(), "\(run.log)")
        #expect(run.client.request("POST", "/v1/exports", body: body) == nil)
        #expect(try await daemon.wait(seconds: 10) == .signalled(SIGKILL), "a build without failpoints?")
        try await export(body, from: run)

        try run.expectSame(as: expected)
    }

    /// Makes an export unless it is there, with a daemon of its own.
    private func export(_ body: String, from run: TinyRun) async throws {
        let daemon = try run.start([])
        let done = try await run.waitForStatus(seconds: 60) { $0["state"] as? String == "completed" }
        _ = try #require(done, "\(run.log)")
        let status = run.client.request("POST", "/v1/exports", body: body)?.status
        #expect(status == 200 || status == 409)
        daemon.signal(SIGTERM)
        #expect(try await daemon.wait() == .exited(0))
    }

    @Test func `SIGTERM at random instants ends in order and costs at most a step`() async throws {
        // No saves but those that a stop makes.
        let settings = [
            "finetune": "{rank: 4, alpha: 8, learningRate: 2.0e-3, epochs: 1, batch: 2, saveEverySteps: 1000}"
        ]
        let whole = try TinyRun(rounds: 3, settings: settings)
        let beginning = ContinuousClock.now
        try await whole.finish()
        let seconds = Double((ContinuousClock.now - beginning) / .seconds(1))
        let expected = try whole.dump()
        var random = SeededGenerator(seed: 13)
        var stops = 0
        while stops < TinyRun.count(20, soak: 100) {
            let run = try TinyRun(rounds: 3, settings: settings)
            for _ in 0..<5 {
                let daemon = try run.start()
                try await Task.sleep(for: .seconds(Double.random(in: 0.05...seconds / 2, using: &random)))
                if daemon.status() != nil { break }
                daemon.signal(SIGTERM)
                let start = ContinuousClock.now
                let status = try await daemon.wait(seconds: 15)
                #expect(status == .exited(0), "\(status): \(run.log)")
                #expect(ContinuousClock.now - start < .seconds(10))
                stops += 1
            }
            try await run.finish()
            try run.expectSame(as: expected)
        }
    }
}

/// The same numbers in every run.
struct SeededGenerator: RandomNumberGenerator {
    private var random: Philox
    private var place: UInt32 = 0

    init(seed: UInt64) { random = Philox(seed: seed) }

    mutating func next() -> UInt64 {
        defer { place += 1 }
        let words = random.words(place, 0, 0, 0)
        return UInt64(words[0]) << 32 | UInt64(words[1])
    }
}
