import Foundation
public import Loop

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

    /// Keeps the base model's sampled answers of a seed, in place of earlier ones.
    ///
    /// - Parameters:
    ///   - baseline: The answers.
    ///   - seed: The seed.
    /// - Throws: `StoreError` when they cannot be written.
    public func write(_ baseline: StudyBaseline, seed: UInt64) throws {
        let place = Self.seed(seed, in: path) + "/" + Self.baselineFolder
        let bytes = Array(try StoredJSON.text(baseline).utf8)
        try files.writeDirectory(place, files: [FileContent(name: Self.baselineFile, bytes: bytes)])
    }

    /// The base model's sampled answers of a seed; nil when there are none.
    ///
    /// - Parameters:
    ///   - seed: The seed.
    ///   - path: The study's directory.
    /// - Returns: The answers.
    /// - Throws: `StoreError` when they cannot be read.
    public static func baseline(seed: UInt64, in path: String) throws -> StudyBaseline? {
        let (files, place) = (
            DurableFiles(), self.seed(seed, in: path) + "/\(baselineFolder)/\(baselineFile)"
        )
        guard files.isThere(place) else { return nil }
        let text = String(decoding: try files.bytes(of: place), as: UTF8.self)
        return try StoredJSON.value(StudyBaseline.self, from: text)
    }

    /// Where a seed's state directories are.
    public static func seed(_ seed: UInt64, in path: String) -> String { path + "/seed-\(seed)" }

    /// Where an arm of a seed has its state.
    public static func arm(_ name: String, seed: UInt64, in path: String) -> String {
        self.seed(seed, in: path) + "/" + name
    }

    /// The state that the arms of a seed are forked from; no arm may have this name.
    public static let shared = "shared"
    /// Where the base model's sampled answers are: no arm has this name.
    private static let baselineFolder = StudyResults.base
    private static let baselineFile = "answers.json"
}
