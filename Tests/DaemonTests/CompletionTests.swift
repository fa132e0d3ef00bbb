import Daemon
import Logging
import Loop
import ServiceLifecycle
import Store
import Testing

/// A run that is over ends the process in order, whatever else happens at that instant.
@Suite(.timeLimit(.minutes(1))) struct CompletionTests {
    private func loop(_ bench: Bench, onComplete: @escaping @Sendable () -> Void = {}) -> LoopService {
        var options = LoopOptions()
        options.rounds = 1
        options.endsWhenComplete = true
        return LoopService(
            store: bench.store,
            source: bench.rounds.source,
            options: options,
            patience: 3,
            meter: bench.meter,
            pulse: Pulse(),
            onComplete: onComplete
        )
    }

    private func group(_ services: [any Service]) -> ServiceGroup {
        ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services.map {
                    ServiceGroupConfiguration.ServiceConfiguration(
                        service: $0,
                        successTerminationBehavior: .gracefullyShutdownGroup,
                        failureTerminationBehavior: .gracefullyShutdownGroup
                    )
                },
                logger: Logger(label: "test")
            )
        )
    }

    @Test func `a loop that completes while a stop has begun is no fault`() async throws {
        let bench = try Bench()
        let other = StoppedFirst {
            bench.rounds.end(.reject)
            _ = try? await bench.next(.completed)
            // Time for the loop to return, which it must not.
            try? await Task.sleep(for: .milliseconds(50))
        }
        let group = group([loop(bench), other])

        async let ended: Void = group.run()
        _ = try await bench.rounds.nextBegun()
        await group.triggerGracefulShutdown()

        try await ended
    }

    @Test func `a loop that completes says so once and waits for the stop`() async throws {
        let bench = try Bench()
        let (completion, complete) = AsyncStream<Void>.makeStream()
        let group = group([loop(bench) { complete.yield() }])

        async let ended: Void = group.run()
        _ = try await bench.rounds.nextBegun()
        bench.rounds.end(.reject)
        var isComplete = completion.makeAsyncIterator()
        #expect(await isComplete.next() != nil)
        await group.triggerGracefulShutdown()

        try await ended
    }
}

/// A service that does something when it is told to stop, before those that come earlier in the group.
private struct StoppedFirst: Service {
    let whenStopped: @Sendable () async -> Void

    func run() async throws {
        try await gracefulShutdown()
        await whenStopped()
    }
}
