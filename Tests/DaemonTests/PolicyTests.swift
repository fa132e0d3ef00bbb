import ControlAPI
import Daemon
import Foundation
import Loop
import Store
import Testing

/// An engine's failure as any engine may report it.
struct MadeUpFailure: EngineFailure {
    var kind = EngineFailureKind.unavailable
    var isRetryUseful = true
    let name = "made_up"
    let message = "the engine fails"
    var description: String { message }
}

@Suite("What becomes of an error")
struct FailurePolicyTests {
    private let policy = FailurePolicy(storageRetry: .seconds(1)) { .seconds($0) }

    @Test(arguments: [
        (StoreError.Code.flushFailed, FailurePolicy.Step.end), (.databaseCorrupt, .end),
        (.diskFull, .waitForStorage), (.permission, .waitForStorage), (.databaseLocked, .waitForStorage),
        (.fileFailed, .waitForStorage), (.stateAbsent, .waitForStorage),
        (.checkpointCorrupt, .replaceCheckpoint), (.roundClosed, .tryAgain),
    ])
    func `the journal's errors each have their step`(code: StoreError.Code, step: FailurePolicy.Step) {
        #expect(policy.step(after: StoreError(code, "m")) == step)
    }

    @Test func `an engine says whether another try may help`() {
        #expect(policy.step(after: MadeUpFailure()) == .tryAgain)
        #expect(policy.step(after: MadeUpFailure(isRetryUseful: false)) == .close)
        #expect(policy.step(after: DaemonError(.timedOut, "m")) == .tryAgain)
    }

    @Test func `each failure in a row waits longer until a round ends well`() {
        var policy = policy

        let delays = [policy.failed(), policy.failed(), policy.failed()]
        policy.reset()
        let streak = policy.streak
        let next = policy.failed()

        #expect(delays == [.zero, .seconds(1), .seconds(2)])
        #expect(streak == 0 && next == .zero)
    }

    @Test(arguments: [
        (EngineFailureKind.unavailable, Int32(69)), (.invalid, 69), (.damaged, 69), (.storage, 74),
    ])
    func `an engine's failure has the exit status of its kind`(kind: EngineFailureKind, status: Int32) {
        #expect(ExitStatus.of(MadeUpFailure(kind: kind)) == status)
    }
}

@Suite("What the system refuses")
struct SystemRefusalTests {
    @Test(arguments: [POSIXErrorCode.EACCES, .EPERM, .EROFS])
    func `a right that is missing is no defect of ours`(code: POSIXErrorCode) {
        let cocoa = CocoaError(
            .fileWriteUnknown,
            userInfo: [NSUnderlyingErrorKey: POSIXError(code), NSFilePathErrorKey: "/s/x"]
        )

        #expect(ExitStatus.of(POSIXError(code)) == ExitStatus.permission)
        #expect(ExitStatus.of(cocoa) == ExitStatus.permission)
    }

    @Test func `a full disk is one of reading and writing, a journal that is held a passing one`() {
        #expect(ExitStatus.of(POSIXError(.ENOSPC)) == ExitStatus.inputOutput)
        #expect(ExitStatus.of(StoreError(.permission, "m")) == ExitStatus.permission)
        #expect(ExitStatus.of(StoreError(.databaseLocked, "m")) == ExitStatus.temporary)
        #expect(ExitStatus.of(DeadlinePassed()) == ExitStatus.software)
    }
}

@Suite("When the loop works")
struct SchedulePolicyTests {
    private func policy(hours: String, minute: Int) -> SchedulePolicy {
        var options = ScheduleOptions()
        options.hours = hours
        let schedule = Schedule(minuteOfDay: { minute }, load: { 0 }, isOnBattery: { false })
        return SchedulePolicy(options, schedule: schedule, threadCount: 2)
    }

    @Test func `waiting and going on are each told once`() {
        var policy = policy(hours: "01:00-02:00", minute: 180)

        let first = policy.look()
        policy.accept(first)
        let second = policy.look()
        policy.options.hours = ""
        let third = policy.look()
        policy.accept(third)

        #expect(
            first.reason?.contains("01:00-02:00") == true && first.news?.message.hasPrefix("waits") == true
        )
        #expect(second.reason != nil && second.news == nil)
        #expect(third.reason == nil && third.news?.message.hasPrefix("continues") == true)
        #expect(policy.look().news == nil)
    }

    @Test func `news that could not be recorded is told again`() {
        let policy = policy(hours: "01:00-02:00", minute: 180)

        _ = policy.look()

        #expect(policy.look().news != nil)
    }

    @Test func `what the loop's own work left in the load is forgotten within minutes`() {
        var options = ScheduleOptions()
        options.maxLoad = 0.5
        let schedule = Schedule(minuteOfDay: { 0 }, load: { 2 }, isOnBattery: { false })
        var policy = SchedulePolicy(options, schedule: schedule, threadCount: 2)
        let end = ContinuousClock.now

        policy.worked(until: end)

        #expect(!policy.endsPhase)
        #expect(policy.look(at: end).reason == nil)
        #expect(policy.look(at: end + .seconds(300)).reason != nil)
    }
}

@Suite("Between two rounds", .timeLimit(.minutes(1)))
struct HousekeepingTests {
    @Test func `a promoted checkpoint stays, however many there are`() async throws {
        let bench = try Bench()
        try await bench.running {
            for end in [FakeRounds.End.promote, .promote, .promote, .promote] { bench.rounds.end(end) }
            for _ in 0..<5 { _ = try await bench.rounds.nextBegun() }
        }

        try await Housekeeping(bench.store, retention: 1).removeOldAdapters()

        #expect(try await bench.store.checkpoints().allSatisfy { !$0.isPruned })
        try await bench.store.rollback(.round(RoundID(rawValue: 1))) { _ in
            RoundEvent(.rolledBack, message: "back")
        }
        #expect(try await bench.store.currentCheckpoint().id.rawValue == 1)
    }

    @Test func `older rounds are archived and the oldest events go before a round begins`() async throws {
        let bench = try Bench()
        var settings = DaemonSettings()
        (settings.storage.archiveAfter, settings.storage.keepEvents) = (1, 1)
        settings.storage.reserve = 0
        await bench.loop.adopt(settings)

        try await bench.running {
            for _ in 0..<3 { bench.rounds.end(.promote) }
            for _ in 0..<4 { _ = try await bench.rounds.nextBegun() }
        }

        #expect(try await bench.store.archivedRounds().map(\.rawValue) == [1, 2])
        let events = try await bench.store.events(after: 0)
        #expect(events.first?.kind == .roundStarted && events.first?.round?.rawValue == 3)
        #expect(try await bench.store.waves(of: RoundID(rawValue: 1)).isEmpty)
    }

    @Test func `unless settings say so nothing is archived and every event stays`() async throws {
        let bench = try Bench()
        await bench.loop.adopt(DaemonSettings())

        try await bench.running {
            for _ in 0..<3 { bench.rounds.end(.reject) }
            for _ in 0..<3 { _ = try await bench.rounds.nextBegun() }
        }

        #expect(try await bench.store.archivedRounds().isEmpty)
        #expect(try await bench.store.events(after: 0).first?.id == 1)
    }

    @Test func `a sound state has nothing to set aside, and 0 removes nothing`() async throws {
        let bench = try Bench()
        let housekeeping = Housekeeping(bench.store, retention: 0)

        try await housekeeping.removeOldAdapters()

        #expect(try await !housekeeping.setAsideDamaged())
    }
}

@Suite("When the loop rests", .timeLimit(.minutes(1)))
struct RestPolicyTests {
    @Test func `a reason is told once, and again after a person's word`() async throws {
        let bench = try Bench()
        var options = LoopOptions()
        options.rounds = 1
        try await bench.running {
            bench.rounds.end(.reject)
            for _ in 0..<2 { _ = try await bench.rounds.nextBegun() }
        }
        var policy = RestPolicy(options, patience: 3)

        let reason = try #require(try await policy.reason(bench.store))
        let (first, second) = (policy.isNews(reason), policy.isNews(reason))
        policy.reset()
        let third = policy.isNews(reason)

        #expect(reason.state == .completed && reason.event.kind == .completed)
        #expect(first && !second && third)
    }

    @Test func `without a limit and below its patience nothing makes it rest`() async throws {
        let bench = try Bench()

        #expect(try await RestPolicy(LoopOptions(), patience: 1).reason(bench.store) == nil)
    }
}
