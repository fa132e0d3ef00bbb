import Foundation
import GRDB
import Glibc

/// Something in the way of a daemon that runs.
enum Obstacle: String, CaseIterable, Sendable {
    case directory = "the state directory elsewhere"
    case journal = "journal.sqlite elsewhere"
    case log = "journal.sqlite-wal elsewhere"
    case checkpoints = "checkpoints elsewhere"
    case training = "writers kept out of training"
    case keptCheckpoints = "writers kept out of checkpoints"
    case everything = "writers kept out of the whole directory"
    case disk = "a full disk"
    case lock = "the journal's write lock held"

    /// Takes it away, and says what must not have happened meanwhile.
    typealias Lift = () throws -> [String]

    /// Puts it there.
    ///
    /// - Parameters:
    ///   - run: The daemon's folder.
    ///   - disk: The small file system that it is on.
    /// - Returns: What takes it away.
    /// - Throws: `NotNow` where it cannot be put there.
    func put(_ run: TinyRun, _ disk: SmallDisk?) throws -> Lift {
        switch self {
        case .directory: return try Self.moveAway(run.state, run)
        case .journal: return try Self.moveAway(run.state + "/journal.sqlite", run)
        case .log: return try Self.moveAway(run.state + "/journal.sqlite-wal", run)
        case .checkpoints: return try Self.moveAway(run.state + "/checkpoints", run)
        case .training: return try Self.keepOut(run.state + "/training", mayMount: true)
        case .keptCheckpoints: return try Self.keepOut(run.state + "/checkpoints", mayMount: true)
        case .everything: return try Self.keepOut(run.state, mayMount: false)
        case .disk:
            guard let disk else { throw NotNow("no small file system") }
            try disk.fill()
            return {
                try disk.free()
                return []
            }
        case .lock: return try Self.holdLock(run)
        }
    }

    private static func moveAway(_ path: String, _ run: TinyRun) throws -> Lift {
        let away = run.folder + "/away"
        guard rename(path, away) == 0 else { throw NotNow("\(path) cannot be moved") }
        return {
            let isMade = access(path, F_OK) == 0
            guard rename(away, path) == 0 else { return ["\(path) cannot be moved back: errno \(errno)"] }
            return isMade ? ["\(path) was made anew while it was away"] : []
        }
    }

    private static func keepOut(_ path: String, mayMount: Bool) throws -> Lift {
        guard let barrier = Barrier(path, mayMount: mayMount) else {
            throw NotNow("nothing keeps root out of a directory here")
        }
        return {
            barrier.lift()
            return []
        }
    }

    private static func holdLock(_ run: TinyRun) throws -> Lift {
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        // It stays open over several accesses.
        configuration.allowsUnsafeTransactions = true
        let queue = try DatabaseQueue(path: run.state + "/journal.sqlite", configuration: configuration)
        try queue.writeWithoutTransaction { db in try db.execute(sql: "BEGIN IMMEDIATE") }
        return {
            try queue.writeWithoutTransaction { db in try db.execute(sql: "ROLLBACK") }
            try queue.close()
            return []
        }
    }
}
