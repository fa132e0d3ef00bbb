import Foundation
import Store
import Testing

/// Damaged files are found before they are used: the run goes on from what is sound, or ends saying what to
/// do.
@Suite(.serialized)
struct CorruptionTests {
    @Test func `a damaged current checkpoint gives way to the one before it`() async throws {
        let run = try TinyRun(rounds: 2)
        try await run.finish()
        try VerifyTests.flip(run.state + "/checkpoints/000002/adapter_model.safetensors")
        try run.setRounds(3)
        try await run.finish()
        try run.expectSound()
        let dump = try run.dump()
        let third = try #require(dump.parts["checkpoints"]?.last)
        #expect(third.hasPrefix("[id:3 round:3 parent:1 "), "\(third)")
        #expect(run.log.contains("checkpoint 1 takes over"), "\(run.log)")
    }

    @Test func `no damage to a file goes unnoticed or is passed on`() async throws {
        let run = try TinyRun(rounds: 2)
        try await run.finish()
        let expected = try run.dump()
        try run.setRounds(3)
        var random = SeededGenerator(seed: 31)
        let files = try FileManager.default.subpathsOfDirectory(atPath: run.state).filter { name in
            name.hasPrefix("checkpoints/00") && name.contains(".") || name == "journal.sqlite"
        }.sorted()
        for index in 0..<TinyRun.count(40, soak: 400) {
            let copy = try TinyRun(rounds: 3)
            try FileManager.default.copyItem(atPath: run.state, toPath: copy.state)
            // Every other damage is to the database.
            let name = index % 2 == 0 ? "journal.sqlite" : files[index / 2 % files.count]
            let path = copy.state + "/" + name
            try Self.damage(path, index / 2 % 4, &random)
            let report = try? copy.violations()
            let status = try await copy.start().wait()
            let allowed: [DaemonProcess.Status] = [.exited(0), .exited(65), .exited(74), .exited(78)]
            #expect(allowed.contains(status), "\(name), damage \(index / 2 % 4): \(status): \(copy.log)")
            if status != .exited(0) {
                #expect(copy.log.contains(copy.state), "says which file: \(copy.log)")
            } else if report == [] {
                // Nothing of the finished rounds was touched.
                try copy.expectSound()
                let dump = try copy.dump()
                for part in ["questions", "waves", "rounds", "candidates"] {
                    let (old, new) = (expected.parts[part] ?? [], dump.parts[part] ?? [])
                    #expect(Array(new.prefix(old.count)) == old, "\(name): \(part)")
                }
            }
        }
    }

    /// A flipped bit, a cut end, a hole of zeros, or nothing left.
    private static func damage(_ path: String, _ kind: Int, _ random: inout SeededGenerator) throws {
        var data = try Data(contentsOf: URL(filePath: path))
        let place = Int.random(in: 0..<max(1, data.count), using: &random)
        switch kind {
        case 0: data[place] ^= 1 << UInt8(place % 8)
        case 1: data = data.prefix(place)
        case 2:
            let end = min(data.count, place + 512)
            data.replaceSubrange(place..<end, with: Data(count: end - place))
        default: data = Data()
        }
        try data.write(to: URL(filePath: path))
    }
}

extension TinyRun {
    /// Changes how many rounds the configuration asks for.
    func setRounds(_ count: Int) throws {
        let path = folder + "/config.yaml"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try write(text.replacing(/rounds: \d+/, with: "rounds: \(count)"), to: "config.yaml")
    }

    /// The rules that do not hold.
    func violations() throws -> [String] {
        try JournalStore.verify(stateDirectory: state).violations.map(\.rule)
    }
}
