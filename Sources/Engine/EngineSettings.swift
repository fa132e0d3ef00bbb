public import Loop

/// How the embedded engine computes.
public struct EngineSettings: Hashable, Codable, Sendable {
    /// Threads; 0 uses what affinity and the cgroup's quota allow.
    public var threads: Int
    /// Number format.
    public var precision: Precision
    /// Candidates that decode at once; changes speed and memory, never a result.
    public var rows: Int

    /// Memberwise.
    public init(threads: Int = 0, precision: Precision = .automatic, rows: Int = 64) {
        self.threads = threads
        self.precision = precision
        self.rows = rows
    }
}
