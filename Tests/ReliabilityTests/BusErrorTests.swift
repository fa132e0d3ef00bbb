import Foundation
import Glibc
import Testing

/// A mapped file that can be read no longer, such as a model that is cut short while it is loaded.
@Suite(.serialized)
struct BusErrorTests {
    @Test func `a page that cannot be read ends the process with a sentence and a status`() async throws {
        let run = try TinyRun(rounds: 0)
        let daemon = try run.start([])
        _ = try #require(try await run.waitForStatus(), "\(run.log)")

        // What the kernel sends then.
        daemon.signal(SIGBUS)

        #expect(try await daemon.wait() == .exited(74))
        #expect(run.log.contains("autodidactd: cannot read a file that is mapped into memory"), "\(run.log)")
        try run.setRounds(1)
        try await run.finish()
        try run.expectSound()
    }
}
