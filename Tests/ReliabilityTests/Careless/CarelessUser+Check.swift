import Foundation
import Glibc
import Loop
import Store

/// What must hold after each operation.
extension CarelessUser {
    /// Compares everything with the model.
    ///
    /// `isThorough` adds what takes longer with every round: each seal, hash and number.
    func check(isThorough: Bool = true) async throws {
        // First: what was announced before the look must be in it.
        let announced = follower.take()
        let look = try JournalLook(run.state)
        model.faults(in: look).forEach(note)
        checkAnnounced(announced, look)
        checkFiles()
        checkHolders()
        checkExports()
        if isThorough {
            let report = try JournalStore.verify(stateDirectory: run.state)
            expect(report.violations.isEmpty, "verify: \(report.violations)")
        }
        if let status = daemon?.status() { note("the daemon has ended with \(status)") }
    }

    /// Nothing is announced that the journal does not hold.
    private func checkAnnounced(_ announced: [Follower.Announced], _ look: JournalLook) {
        for event in announced {
            guard event.id >= 1, event.id <= look.events.count else {
                note("event \(event.id), \(event.message), was announced and is not in the journal")
                continue
            }
            let found = look.events[event.id - 1]
            expect(
                found.kind.rawValue == event.kind && found.message == event.message,
                "event \(event.id) was announced as \(event.kind), \(event.message), and is "
                    + "\(found.kind.rawValue), \(found.message)"
            )
        }
    }

    /// Beside the state directory is what the user put there, byte for byte.
    private func checkFiles() {
        let known = Set(fileNames + ["state", "here", "log"])
        let found = Set((try? FileManager.default.contentsOfDirectory(atPath: run.folder)) ?? [])
        expect(found == known, "outside the state directory: \(found.symmetricDifference(known).sorted())")
        let here = (try? FileManager.default.contentsOfDirectory(atPath: startFolder)) ?? ["gone"]
        expect(here.isEmpty, "where the daemon was started: \(here)")
        for name in fileNames {
            let text = try? String(contentsOfFile: run.folder + "/" + name, encoding: .utf8)
            expect(text == self.text(of: name), "\(name) was changed")
        }
    }

    /// Exactly one process has the journal open, or none while none is meant to run.
    private func checkHolders() {
        let wanted = daemon.map { [$0.pid] } ?? []
        let found = Self.holders(of: run.state)
        expect(found == wanted, "the journal is open in processes \(found), the daemon is \(wanted)")
    }

    /// Daemons of a state directory that have its journal open.
    static func holders(of state: String) -> [pid_t] {
        let files = FileManager.default
        let ids = ((try? files.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { pid_t($0) }
        return ids.filter { id in
            // This process reads the journal, too.
            guard id != getpid(), let line = files.contents(atPath: "/proc/\(id)/cmdline"),
                String(decoding: line, as: UTF8.self).contains(state + "\u{0}")
            else { return false }
            let folder = "/proc/\(id)/fd"
            return ((try? files.contentsOfDirectory(atPath: folder)) ?? []).contains { name in
                (try? files.destinationOfSymbolicLink(atPath: folder + "/" + name))?
                    .contains("/journal.sqlite") == true
            }
        }.sorted()
    }

    /// Confirmed exports are there with all their files.
    private func checkExports() {
        for (name, files) in model.exports {
            let found = Self.sizes(in: run.state + "/exports/" + name)
            expect(found == files, "export \(name) holds \(found), confirmed \(files)")
        }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: run.state + "/exports")) ?? []
        let extra = names.filter { model.exports[$0] == nil && !$0.hasPrefix(".tmp-") }
        expect(extra.isEmpty, "exports that nobody was told of: \(extra)")
    }

    /// The files of a directory with their sizes.
    static func sizes(in path: String) -> [String: Int] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return Dictionary(
            uniqueKeysWithValues: names.map { name in
                let attributes = try? FileManager.default.attributesOfItem(atPath: path + "/" + name)
                return (name, (attributes?[.size] as? NSNumber)?.intValue ?? -1)
            }
        )
    }

    /// After all disturbances: a last round finishes, and the daemon stops in order.
    func finish() async throws {
        if daemon == nil { try await start() }
        if model.isPaused, try expectReply([200], "POST", "/v1/resume") != nil { model.isPaused = false }
        let before = try expectReply([200], "GET", "/v1/status")?["finished_round_count"] as? Int ?? 0
        let status = try await run.waitForStatus(seconds: 90) {
            ($0["finished_round_count"] as? Int ?? 0) > before
        }
        expect(status != nil, "no round finishes after all disturbances")
        try await stop()
        if faults.isEmpty { try await check() }
        let log = (try? String(contentsOfFile: run.folder + "/log", encoding: .utf8)) ?? ""
        for words in ["Fatal error", "Program crashed", "Precondition failed"] {
            expect(!log.contains(words), "the log says \"\(words)\"")
        }
        countRounds()
    }
}
