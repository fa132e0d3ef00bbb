import Foundation
import Glibc
import Loop
import Store
import Testing

/// The disk of the state directory goes away under a running daemon, and comes back.
@Suite(.serialized)
struct UnmountTests {
    @Test func `a disk that is unmounted is waited for, and nothing is made in its mount point`() async throws
    {
        guard let (disk, other) = try Self.disks() else {
            withKnownIssue("no file system can be mounted here: root is needed", isIntermittent: true) {
                Issue.record("skipped")
            }
            return
        }
        defer {
            Self.remove(other)
            withExtendedLifetime(disk) {}
        }
        let run = try TinyRun(
            rounds: 0,
            settings: ["storage": "{keep: 5, reserve: 0, retryAfter: 0.05}"],
            under: disk.path
        )
        // The same files, seen through the other mount.
        let there = other + run.folder.dropFirst(disk.path.count)
        let daemon = try run.start([])
        try await run.waitForCheckpoint()

        try #require(umount2(disk.path, Int32(MNT_DETACH)) == 0)

        let waiting = try await Self.status(SocketClient(path: there + "/state/control.sock"), "waiting")
        let detail = try #require(waiting?["detail"] as? String)
        #expect(detail.contains("the state directory is away; continues by itself when it is back"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: disk.path).isEmpty)
        try #require(mount(other, disk.path, nil, UInt(MS_BIND), nil) == 0)
        #expect(try await Self.status(run.client, "running") != nil, "\(run.log)")
        daemon.signal(SIGTERM)
        #expect(try await daemon.wait() == .exited(0), "\(run.log)")
        try run.expectSound()
        let events = try await JournalStore(stateDirectory: run.state).events(after: 0)
        #expect(events.allSatisfy { $0.kind != .checkpointCorrupt })
    }

    /// A disk, and a second place where it is mounted; nil where that is not allowed.
    private static func disks() throws -> (SmallDisk, String)? {
        guard let disk = try SmallDisk(megabytes: 64) else { return nil }
        let other = disk.path + "-other"
        try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: false)
        guard mount(disk.path, other, nil, UInt(MS_BIND), nil) == 0 else {
            rmdir(other)
            return nil
        }
        return (disk, other)
    }

    private static func remove(_ other: String) {
        umount2(other, Int32(MNT_DETACH))
        rmdir(other)
    }

    /// Waits for a state of the loop.
    private static func status(_ client: SocketClient, _ state: String) async throws -> [String: Any]? {
        let deadline = ContinuousClock.now + .seconds(20)
        while ContinuousClock.now < deadline {
            if let status = client.json("GET", "/v1/status"), status["state"] as? String == state {
                return status
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        return nil
    }
}
