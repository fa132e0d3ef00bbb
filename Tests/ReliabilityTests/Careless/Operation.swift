/// One thing that a careless or hostile user does.
struct Operation: Sendable {
    /// What it needs of the daemon.
    enum Need: Sendable {
        case running, stopped, either
    }

    /// Its name in reports.
    let name: String
    /// How often it comes, compared with the others.
    let weight: Int
    let need: Need
    /// Whether the daemon is meant to run afterwards; nil leaves that as it was.
    let leaves: Bool?
    /// Does it, and checks the response.
    let act: @Sendable (CarelessUser) async throws -> Void

    init(
        _ name: String,
        _ weight: Int,
        _ need: Need = .running,
        leaves: Bool? = nil,
        _ act: @escaping @Sendable (CarelessUser) async throws -> Void
    ) {
        (self.name, self.weight, self.need) = (name, weight, need)
        (self.leaves, self.act) = (leaves, act)
    }

    /// Every operation there is.
    static let all = life + refusedStarts + questions + choices + clients + configuration + files
}

/// An operation that cannot be done here and now; no fault.
struct NotNow: Error {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}

/// Draws operations.
///
/// Which ones depends on the seed alone: whether the daemon is meant to run follows from the operations
/// before, and one that cannot be done is drawn and left out. So the same seed gives the same sequence on
/// every machine.
struct OperationDraw {
    private var random: SeededGenerator
    private(set) var isRunning: Bool

    /// A draw for a daemon that has been started.
    init(seed: UInt64, isRunning: Bool = true) {
        random = SeededGenerator(seed: seed)
        self.isRunning = isRunning
    }

    /// The next operation.
    mutating func next() -> Operation {
        let fitting = Operation.all.filter {
            $0.need == .either || ($0.need == .running) == isRunning
        }
        var place = Int.random(in: 0..<fitting.reduce(0) { $0 + $1.weight }, using: &random)
        let drawn = fitting.first { operation in
            place -= operation.weight
            return place < 0
        }
        let operation = drawn ?? fitting[0]
        isRunning = operation.leaves ?? isRunning
        return operation
    }
}
