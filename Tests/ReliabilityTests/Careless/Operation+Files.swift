import Foundation
import Glibc

// What is done to the files under a running daemon, and undone after a moment.
extension Operation {
    static let files: [Operation] =
        Obstacle.allCases.map { obstacle in
            Operation(obstacle.rawValue, obstacle.weight) { user in try await user.disturb(obstacle) }
        } + [
            Operation("kill -9 with something in the way", 4, leaves: false) { user in
                let lift = try await user.putObstacle()
                try await user.kill()
                try lift().forEach(user.note)
            },
            Operation("SIGTERM with something in the way", 4, leaves: false) { user in
                let lift = try await user.putObstacle()
                let start = ContinuousClock.now
                try await user.stop()
                let elapsed = ContinuousClock.now - start
                user.expect(elapsed < .seconds(10), "a stop took \(elapsed)")
                try lift().forEach(user.note)
            },
            Operation("change modes and back", 2) { user in
                let path = user.run.state + (try user.pick(["", "/training", "/checkpoints", "/exports"]))
                var status = stat()
                guard stat(path, &status) == 0 else { throw NotNow("\(path) is not there") }
                user.expect(chmod(path, 0o555) == 0, "the mode of \(path) cannot be changed")
                try await Task.sleep(for: .milliseconds(user.number(in: 50...1000)))
                user.expect(chmod(path, status.st_mode & 0o7777) == 0, "the mode of \(path) stays changed")
                try await user.settle()
            },
        ]
}

extension Obstacle {
    /// How often it comes.
    fileprivate var weight: Int {
        switch self {
        case .directory, .journal, .disk: 4
        case .checkpoints, .training, .keptCheckpoints: 3
        case .everything, .lock: 2
        case .log: 1
        }
    }

    /// With which exit statuses the daemon may end meanwhile.
    fileprivate var statuses: [Int32] { self == .disk ? [71, 74] : [] }
}

extension CarelessUser {
    /// Something is in the daemon's way for a moment; then it works again.
    fileprivate func disturb(_ obstacle: Obstacle) async throws {
        let lift = try obstacle.put(run, disk)
        do {
            try await Task.sleep(for: .milliseconds(number(in: 50...1000)))
            let isReachable = access(run.state + "/control.sock", F_OK) == 0 && daemon?.status() == nil
            // A request would wait for the lock for five seconds.
            if isReachable, obstacle != .lock, number(in: 0...2) == 0 { try addAmidTrouble() }
        } catch {
            note("\(error)")
        }
        try lift().forEach(note)
        try await settle(orEndedWith: obstacle.statuses)
    }

    /// Puts something in the daemon's way, and gives it a moment to find it there.
    fileprivate func putObstacle() async throws -> Obstacle.Lift {
        // A stop waits for the lock.
        let obstacle = try pick(Obstacle.allCases.filter { $0 != .lock })
        detail(obstacle.rawValue)
        let lift = try obstacle.put(run, disk)
        try await Task.sleep(for: .milliseconds(number(in: 20...600)))
        return lift
    }
}
