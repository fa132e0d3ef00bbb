import Engine
import Foundation
import Testing

/// Limits as cgroup v2 lays them out, in a directory of their own.
@Suite struct MachineShareTests {
    private let scratch: Scratch
    private let machine = 8_000_000_000

    init() throws { scratch = try Scratch() }

    /// Lays out groups with these files, and a file that names the process's own.
    private func groups(_ own: String, _ files: [String: String]) throws -> (cgroup: String, root: String) {
        let root = scratch.path + "/cgroup"
        for (name, text) in files {
            let path = root + name
            try FileManager.default.createDirectory(
                atPath: (path as NSString).deletingLastPathComponent,
                withIntermediateDirectories: true
            )
            try Data(text.utf8).write(to: URL(filePath: path))
        }
        return (try scratch.write("own", Array(own.utf8)), root)
    }

    private func share(_ own: String, _ files: [String: String]) throws -> MemoryShare {
        let groups = try groups(own, files)
        return MemoryShare(cgroup: groups.cgroup, root: groups.root, machine: machine)
    }

    @Test func `the lowest quota on the way to the root bounds the threads`() throws {
        let groups = try groups(
            "0::/user.slice/a.service\n",
            [
                "/user.slice/a.service/cpu.max": "max 100000\n", "/user.slice/cpu.max": "250000 100000\n",
                "/cpu.max": "800000 100000\n",
            ]
        )

        #expect(ProcessorShare.quota(cgroup: groups.cgroup, root: groups.root) == 3)
        #expect(ProcessorShare.quota(cgroup: "/nonexistent") == nil)
    }

    @Test func `without a limit the machine's memory counts`() throws {
        let free = try share("0::/system.slice/a.service\n", ["/system.slice/a.service/memory.max": "max\n"])

        #expect(free.byteCount == machine && free.source == "the machine")
        #expect(MemoryShare(cgroup: "/nonexistent", machine: machine).byteCount == machine)
    }

    @Test func `the lowest limit on the way to the root counts`() throws {
        let share = try share(
            "12:memory:/old\n0::/user.slice/b.slice/a.service\n",
            [
                "/user.slice/b.slice/a.service/memory.max": "900000000\n",
                "/user.slice/b.slice/a.service/memory.high": "700000000\n",
                "/user.slice/b.slice/memory.max": "600000000\n",
                "/user.slice/memory.max": "max\n",
                "/old/memory.max": "1\n",
            ]
        )

        #expect(share.byteCount == 600_000_000)
        #expect(share.source == "memory.max of /user.slice/b.slice")
    }

    @Test func `the limit that slows down counts before the one that ends`() throws {
        let share = try share(
            "0::/a.service\n",
            ["/a.service/memory.max": "900000000\n", "/a.service/memory.high": "700000000\n"]
        )

        #expect(share.byteCount == 700_000_000 && share.source == "memory.high of /a.service")
    }

    @Test func `in a container the root itself may have a limit`() throws {
        let share = try share("0::/\n", ["/memory.max": "500000000\n"])

        #expect(share.byteCount == 500_000_000 && share.source == "memory.max of /")
    }

    @Test func `this machine tells its own`() {
        #expect(MemoryShare(cgroup: "/nonexistent").byteCount > 100_000_000)
    }

    @Test(arguments: [(8_000, 805), (1_000, 507), (400, 0), (0, 0)])
    func `keys and values get what weights and the rest leave`(megabytes: Int, expected: Int) {
        let share = MemoryShare(byteCount: megabytes * 1_000_000)

        let bytes = share.cacheByteCount(besides: 300_000_000, most: 768 << 20)

        #expect(bytes / 1_000_000 == expected)
    }

    @Test func `what is short is said with what follows`() {
        let most = 768 << 20
        let little = MemoryShare(byteCount: 1_000_000_000)

        let note = little.note(cache: 507_000_000, most: most, weights: 540_000_000)

        #expect(note?.contains("1000 MB of memory: keys and values get 507 MB of 805 MB") == true)
        #expect(little.note(cache: most, most: most, weights: 540_000_000) == nil)
        let tooSmall = little.note(cache: 0, most: most, weights: 2_000_000_000)
        #expect(tooSmall?.contains("the weights take 2000 MB") == true)
    }
}
