/// How the embedded engine computes.
public struct EngineSettings: Hashable, Codable, Sendable {
    /// Weight and activation format of the matrix products.
    public enum Precision: String, Codable, Sendable, CaseIterable {
        /// Fixed point of 16 bits for generation and scoring where the CPU multiplies it faster, f32 for fine-tuning.
        case automatic = "auto"
        /// 32-bit floats throughout.
        case f32
        /// Weights and product inputs rounded to bf16, sums in f32.
        case bf16
        /// As `auto`, but generation in fixed point of 8 bits: faster where the CPU has dot-product instructions, and
        /// so coarse that one greedy answer in seven changes.
        case int8
    }

    /// Threads; 0 takes what affinity and the cgroup's quota allow.
    public var threads: Int
    /// Number format.
    public var precision: Precision
    /// Candidates that decode at once; changes speed and memory, never a result.
    public var rows: Int

    /// Builds settings.
    public init(threads: Int = 0, precision: Precision = .automatic, rows: Int = 64) {
        self.threads = threads
        self.precision = precision
        self.rows = rows
    }
}
