import Foundation
import Loop
import Synchronization

/// Identifies an adapter by what it does: the mean loss of a fixed text under it.
///
/// A server may say that an adapter is loaded and answer with another, or with none.
package struct AdapterProbe: Codable, Hashable, Sendable {
    /// The text's tokens.
    package let tokens: [Int32]
    /// Mean loss of the tokens after the first under the adapter, nats.
    package let loss: Double
    /// The same without an adapter.
    package let baseLoss: Double

    /// Memberwise.
    package init(tokens: [Int32], loss: Double, baseLoss: Double) {
        (self.tokens, self.loss, self.baseLoss) = (tokens, loss, baseLoss)
    }

    /// Relative difference between two programs' bf16 arithmetic that counts as equal.
    static let tolerance = 0.02

    /// Whether a server's loss is this adapter's.
    ///
    /// It must be near the recorded one and, if both differ enough to tell, nearer to it than to the base
    /// model's.
    package func accepts(_ measured: Double) -> Bool {
        guard measured.isFinite, abs(measured - loss) <= Self.tolerance * max(loss, 0.1) else { return false }
        let isTelling = abs(loss - baseLoss) > Self.tolerance * max(loss, 0.1)
        return !isTelling || abs(measured - loss) < abs(measured - baseLoss)
    }
}

/// Probes by the SHA-256 of their adapter, in one file.
struct ProbeFile: Sendable {
    let path: String

    /// The probe of an adapter; nil when none was recorded or the file is damaged, because then it is
    /// recorded again.
    func probe(of sha256: String) -> AdapterProbe? {
        read()[sha256]
    }

    /// Records a probe unless there is one.
    ///
    /// - Returns: The one that counts: of two servers that answer at once, the first.
    func recordFirst(_ probe: AdapterProbe, of sha256: String) throws -> AdapterProbe {
        try Self.lock.withLock { _ in
            if let known = read()[sha256] { return known }
            try write(probe, of: sha256)
            return probe
        }
    }

    /// Records a probe.
    func record(_ probe: AdapterProbe, of sha256: String) throws {
        try Self.lock.withLock { _ in try write(probe, of: sha256) }
    }

    private static let lock = Mutex(())

    private func write(_ probe: AdapterProbe, of sha256: String) throws {
        var all = read()
        all[sha256] = probe
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        do {
            try encoder.encode(all).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw ScaleOutError(.fileFailed, "cannot write \(path): \(error); check the disk", cause: error)
        }
    }

    private func read() -> [String: AdapterProbe] {
        guard let data = FileManager.default.contents(atPath: path) else { return [:] }
        return (try? JSONDecoder().decode([String: AdapterProbe].self, from: data)) ?? [:]
    }
}

/// An adapter where servers can read it, with what tells it from others.
struct PublishedAdapter: Hashable, Sendable {
    /// Its directory, as servers see it.
    let path: String
    /// SHA-256 of its weights.
    let sha256: String

    /// A name unique to its content: a server that knew another adapter by this name would serve stale
    /// results.
    var name: String { "autodidact-" + sha256.prefix(16) }
}
