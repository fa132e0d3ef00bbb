import Foundation
import Glibc
import Testing

/// A reload may be asked for at any time.
@Suite(.serialized)
struct EarlyReloadTests {
    @Test func `a reload that comes while the model loads ends nothing and is carried out`() async throws {
        let run = try TinyRun(rounds: 1)
        let manager = try NotifySocket(run.folder + "/notify")
        let daemon = try run.start([], environment: ["NOTIFY_SOCKET": manager.path])
        while manager.count("STATUS=loading") == 0, daemon.status() == nil {
            try await Task.sleep(for: .milliseconds(1))
        }

        daemon.signal(SIGHUP)

        let deadline = ContinuousClock.now + .seconds(30)
        var isReloaded = false
        while ContinuousClock.now < deadline, daemon.status() == nil, !isReloaded {
            let text = try String(contentsOfFile: run.folder + "/log", encoding: .utf8)
            isReloaded = text.contains("configuration read again")
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(isReloaded, "\(run.log)")
        let isReady = try await manager.wait(for: "READY=1", count: 1, seconds: 20)
        #expect(isReady, "\(run.log)")
        daemon.signal(SIGTERM)
        #expect(try await daemon.wait() == .exited(0), "\(run.log)")
    }
}
