import Foundation
import Testing

/// A careless or hostile user does whatever comes to mind to a real daemon, its files and its disk.
///
/// `AUTODIDACT_CARELESS_SEED=N` begins with the operations of that seed; a failure names its seed.
@Suite(.serialized)
struct CarelessUserTests {
    /// Operations on one state directory.
    private static let episodeLength = 50

    @Test func `whatever a careless user does, what was confirmed is there and the rounds go on`()
        async throws
    {
        let seconds = TinyRun.count(100, soak: 3600)
        let deadline = ContinuousClock.now + .seconds(seconds)
        let variable = ProcessInfo.processInfo.environment["AUTODIDACT_CARELESS_SEED"]
        let first = variable.flatMap { UInt64($0) } ?? 42
        var tally = CarelessUser.Tally()
        var (seed, isGood) = (first, true)
        repeat {
            let user = try CarelessUser(seed: seed)
            // The first state directory gets all of its operations, however slow the machine is.
            isGood = try await user.spend(Self.episodeLength, until: seed == first ? nil : deadline)
            if !isGood { Issue.record("\(user.report)") }
            tally.add(user.tally)
            seed += 1
        } while isGood && ContinuousClock.now < deadline

        print("careless user: seeds \(first) to \(seed - 1), \(tally.line)")
        #expect(!isGood || tally.count >= Self.episodeLength / 2, "most operations were not possible here")
    }

    @Test func `the same seed gives the same operations, and every operation comes`() {
        func names(_ seed: UInt64) -> [String] {
            var draw = OperationDraw(seed: seed)
            return (0..<4000).map { _ in draw.next().name }
        }

        #expect(names(42) == names(42))
        #expect(names(42) != names(43))
        #expect(Set(names(42)) == Set(Operation.all.map(\.name)))
        #expect(Set(Operation.all.map(\.name)).count == Operation.all.count)
    }

    @Test func `only what can be done is drawn`() {
        var draw = OperationDraw(seed: 7)
        var isRunning = true

        for _ in 0..<500 {
            let operation = draw.next()
            #expect(operation.need == .either || (operation.need == .running) == isRunning)
            isRunning = operation.leaves ?? isRunning
        }
    }
}

extension CarelessUser {
    /// Starts a daemon, does operations, and lets a last round finish.
    ///
    /// - Parameters:
    ///   - count: How many operations.
    ///   - deadline: After which no other one is begun; nil does all.
    /// - Returns: Whether nothing was wrong.
    /// - Throws: What could not be started or read.
    func spend(_ count: Int, until deadline: ContinuousClock.Instant?) async throws -> Bool {
        defer { follower.end() }
        try await start()
        var draw = OperationDraw(seed: seed)
        for place in 1...count {
            if let deadline, ContinuousClock.now > deadline { break }
            guard await perform(draw.next(), place) else { return false }
        }
        try await finish()
        return faults.isEmpty
    }
}
