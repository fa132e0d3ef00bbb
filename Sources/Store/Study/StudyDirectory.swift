/// The hold on a study's directory, in which each seed and arm has a state directory of its own.
///
/// Ends when the value is released or the process dies.
public final class StudyDirectory: Sendable {
    /// Its absolute path.
    public let path: String
    private let files = DurableFiles()
    private let lock: StateLock

    /// Makes the directory if it is not there, and locks it.
    ///
    /// - Parameter path: The directory.
    /// - Throws: `StoreError` when another process holds it or it cannot be written.
    public init(_ path: String) throws {
        let state = StateDirectory(path)
        self.path = state.path
        guard !files.isThere(state.journal) else {
            throw StoreError(
                .invalidRequest,
                "\(state.path) is the state directory of a daemon; give the study another one"
            )
        }
        try files.createStateDirectory(state.path)
        lock = try StateLock(state)
        try lock.claim()
    }

    /// The directory of a seed, made if it is not there.
    ///
    /// - Parameter seed: The seed.
    /// - Throws: `StoreError` when it cannot be made.
    public func make(seed: UInt64) throws {
        try files.createDirectory(Self.seed(seed, in: path))
    }

    /// Where a seed's state directories are.
    public static func seed(_ seed: UInt64, in path: String) -> String { path + "/seed-\(seed)" }

    /// Where an arm of a seed has its state.
    public static func arm(_ name: String, seed: UInt64, in path: String) -> String {
        self.seed(seed, in: path) + "/" + name
    }

    /// The state that the arms of a seed are forked from; no arm may have this name.
    public static let shared = "shared"
}
