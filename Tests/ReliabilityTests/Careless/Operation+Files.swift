import Foundation
import GRDB
import Glibc

// What is done to the files under a running daemon, and undone after a moment.
extension Operation {
    static let files: [Operation] = [
        Operation("move the state directory away and back", 4) { user in
            let (state, away) = (user.run.state, user.run.folder + "/away")
            try await user.disturb {
                user.expect(rename(state, away) == 0, "the state directory cannot be moved")
            } back: {
                user.expect(access(state, F_OK) != 0, "a state directory was made in place of the moved one")
                user.expect(rename(away, state) == 0, "the state directory cannot be moved back")
            }
        },
        Operation("rename journal.sqlite away and back", 4) { user in
            try await user.moveAway("journal.sqlite")
        },
        Operation("rename journal.sqlite-wal away and back", 1) { user in
            try await user.moveAway("journal.sqlite-wal")
        },
        Operation("rename checkpoints away and back", 3) { user in try await user.moveAway("checkpoints") },
        Operation("keep writers out of training", 3) { user in try await user.keepOut("/training") },
        Operation("keep writers out of checkpoints", 3) { user in try await user.keepOut("/checkpoints") },
        Operation("keep writers out of the whole directory", 2) { user in try await user.keepOut("") },
        Operation("change modes and back", 2) { user in
            let path = user.run.state + (try user.pick(["", "/training", "/checkpoints", "/exports"]))
            var status = stat()
            guard stat(path, &status) == 0 else { throw NotNow("\(path) is not there") }
            try await user.disturb {
                user.expect(chmod(path, 0o555) == 0, "the mode of \(path) cannot be changed")
            } back: {
                user.expect(chmod(path, status.st_mode & 0o7777) == 0, "the mode of \(path) stays changed")
            }
        },
        Operation("fill the disk", 4) { user in
            guard let disk = user.disk else { throw NotNow("no small disk") }
            try await user.disturb(mayEndWith: [71, 74]) {
                try disk.fill()
            } back: {
                try disk.free()
            }
        },
        Operation("hold the journal's write lock", 2) { user in
            let queue = try DatabaseQueue(path: user.run.state + "/journal.sqlite")
            defer { try? queue.close() }
            let pause = UInt32(user.number(in: 50...800)) * 1000
            try await queue.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA busy_timeout = 5000; BEGIN IMMEDIATE")
                usleep(pause)
                try db.execute(sql: "ROLLBACK")
            }
            try await user.settle()
        },
    ]
}

extension CarelessUser {
    /// Something is in the daemon's way for a moment; then it works again.
    ///
    /// - Parameters:
    ///   - statuses: With which exit statuses the daemon may end meanwhile.
    ///   - put: Puts it there.
    ///   - back: Takes it away, always.
    /// - Throws: `NotNow` where it cannot be put there.
    fileprivate func disturb(
        mayEndWith statuses: [Int32] = [],
        _ put: () throws -> Void,
        back: () throws -> Void
    ) async throws {
        try put()
        do {
            try await Task.sleep(for: .milliseconds(number(in: 50...1000)))
            let isReachable = access(run.state + "/control.sock", F_OK) == 0 && daemon?.status() == nil
            if isReachable, number(in: 0...2) == 0 { try addAmidTrouble() }
        } catch {
            note("\(error)")
        }
        try back()
        try await settle(orEndedWith: statuses)
    }

    /// Moves a part of the state directory out of it and back.
    fileprivate func moveAway(_ name: String) async throws {
        let (path, away) = (run.state + "/" + name, run.folder + "/away")
        guard access(path, F_OK) == 0 else { throw NotNow("there is no \(name)") }
        try await disturb {
            expect(rename(path, away) == 0, "\(name) cannot be moved")
        } back: {
            expect(access(path, F_OK) != 0, "\(name) was made anew while it was away")
            expect(rename(away, path) == 0, "\(name) cannot be moved back")
        }
    }

    /// Lets nobody make or remove names in a directory for a moment.
    fileprivate func keepOut(_ name: String) async throws {
        let path = run.state + name
        var barrier: Barrier?
        try await disturb {
            barrier = Barrier(path, mayMount: !name.isEmpty)
            guard let barrier else { throw NotNow("nothing keeps root out here") }
            detail(barrier.kind.rawValue)
        } back: {
            barrier?.lift()
        }
    }
}
