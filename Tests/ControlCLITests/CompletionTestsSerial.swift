import ControlAPI
import ControlCLI
import Foundation
import Testing

/// Completion of rounds against the clock.
///
/// Runs alone: beside other tests everything takes longer.
@Suite(.serialized) struct CompletionTestsSerial {
    @Test func `a daemon that does not answer keeps nobody waiting`() async throws {
        let isOver = DispatchSemaphore(value: 0)
        let daemon = try StubDaemon { _ in
            isOver.wait()
            return CompletionTests.rounds(false)
        }
        defer { daemon.stop() }
        defer { isOver.signal() }
        let start = ContinuousClock.now

        let run = await CompletionTests.offered("inspect", "positional@0", socket: daemon.socketPath)

        #expect(run.output == "latest\npromoted\n")
        #expect(ContinuousClock.now - start < .seconds(5))
    }
}
