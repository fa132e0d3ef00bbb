import Foundation
import Loop

/// Where everything is in the state directory.
struct StateDirectory: Sendable {
    let path: String

    /// Makes the path absolute, so that a later change of the working directory moves nothing.
    init(_ path: String) {
        self.path = URL(fileURLWithPath: path).standardizedFileURL.path
    }

    var journal: String { path + "/journal.sqlite" }
    var lock: String { path + "/lock" }
    var checkpoints: String { path + "/checkpoints" }
    var training: String { path + "/training" }
    var exports: String { path + "/exports" }

    func checkpoint(_ name: String) -> String { checkpoints + "/" + name }

    func training(of round: RoundID) -> String { training + "/round-" + round.rawValue.padded }

    func training(of round: RoundID, step: Int) -> String {
        training(of: round) + "/step-" + step.padded
    }

    func contender(of round: RoundID, number: Int) -> String {
        training(of: round) + "/contender-" + number.padded
    }

    func score(of round: RoundID, contender number: Int) -> String {
        training(of: round) + "/score-" + number.padded
    }

    /// The number in a name such as `step-000020`; nil when it is not exactly such a name.
    static func number(in name: String, prefix: String = "") -> Int? {
        guard name.hasPrefix(prefix), let number = Int(name.dropFirst(prefix.count)), number >= 0,
            name == prefix + number.padded
        else { return nil }
        return number
    }
}
