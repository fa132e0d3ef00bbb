import ControlAPI
import Daemon
import Loop
import Synchronization
import Testing

@Suite("Watching")
struct EventHubTests {
    private func event(_ id: Int) -> EventHub.Item {
        .event(EventItem(RoundEvent(.warning, message: "m", id: id)))
    }

    @Test func `a slow reader is dropped, the others go on`() async throws {
        let hub = EventHub(queueLength: 2)
        let slow = try #require(hub.watch())
        for id in 1...3 { hub.send(event(id)) }

        let quick = try #require(hub.watch())
        hub.send(event(4))
        hub.close()

        var slowCount = 0
        for await _ in slow { slowCount += 1 }
        var quickCount = 0
        for await _ in quick { quickCount += 1 }
        #expect(slowCount == 2)
        #expect(quickCount == 1)
    }

    @Test func `a reader that was cut off knows it from a daemon that stops`() async throws {
        let hub = EventHub(queueLength: 2)
        let slow = try #require(hub.watch())
        for id in 1...3 { hub.send(event(id)) }
        let quick = try #require(hub.watch())

        hub.close()

        for await _ in slow {}
        for await _ in quick {}
        #expect(slow.hasLagged)
        #expect(!quick.hasLagged)
    }

    @Test func `there is a limit on watchers`() {
        let hub = EventHub(watcherLimit: 1)
        let first = hub.watch()

        #expect(hub.watch() == nil)
        _ = first
    }

    @Test func `rate and time left come from the phase so far`() {
        let start = ContinuousClock.now
        let elapsed = Mutex(Duration.zero)
        let meter = ProgressMeter(now: { start + elapsed.withLock { $0 } }) { _ in }
        func report(_ done: Int, tokens: Int) {
            meter.report(
                Progress(
                    round: RoundID(rawValue: 1),
                    phase: .generate,
                    doneCount: done,
                    totalCount: 40,
                    unit: "candidates",
                    tokenCount: tokens
                )
            )
        }

        report(0, tokens: 0)
        elapsed.withLock { $0 = .seconds(10) }
        report(10, tokens: 500)

        #expect(meter.latest?.tokensPerSecond == 50)
        #expect(meter.latest?.secondsLeft == 30)
    }
}
