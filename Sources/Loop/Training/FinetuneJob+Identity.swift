public import Foundation

extension FinetuneJob {
    /// What differs from a job of cross-entropy on single samples.
    private struct Extras: Encodable {
        let objective: String
        let groups: [Int]
        let references: [Double?]
    }

    /// Bytes that are equal for equal jobs, for a digest that names the job: same examples, objective,
    /// settings, seed and start.
    ///
    /// A job of `sft` on single samples gives what version 0.1.0 gave, so that its saves can be resumed.
    /// Saves, starts over and the base model's name are no part of it.
    ///
    /// - Throws: An error of the encoder, such as for a weight that is not finite.
    public func identity() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        var data = try encoder.encode(samples)
        data += try encoder.encode(settings)
        data += try encoder.encode([key])
        data += Data((lossSpan.rawValue + (start?.sha256 ?? "fresh")).utf8)
        if !isPlain {
            let extras = Extras(
                objective: objective.rawValue,
                groups: examples.map(\.group),
                references: examples.map(\.referenceLogProbability)
            )
            data += try encoder.encode(extras)
        }
        return data
    }

    /// Whether it is cross-entropy on samples that are groups of their own, without references.
    public var isPlain: Bool {
        objective == .sft && Set(examples.lazy.map(\.group)).count == examples.count
            && examples.allSatisfy { $0.referenceLogProbability == nil }
    }
}
