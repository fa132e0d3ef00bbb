import Loop
import Synchronization

/// Adds up what servers have finished in one call and reports it.
final class CallMeter: Sendable {
    private let sums = Mutex((done: 0, tokens: 0))
    private let totalCount: Int
    private let progress: @Sendable (EngineProgress) -> Void

    init(totalCount: Int, _ progress: @escaping @Sendable (EngineProgress) -> Void) {
        self.totalCount = totalCount
        self.progress = progress
    }

    /// Counts finished candidates.
    func add(_ texts: [GeneratedText]) {
        add(texts.count, tokens: texts.reduce(0) { $0 + $1.tokenCount })
    }

    /// Counts scored samples.
    func add(_ scores: [SampleScore]) {
        add(scores.count, tokens: scores.reduce(0) { $0 + $1.tokenCount })
    }

    private func add(_ count: Int, tokens: Int) {
        let now = sums.withLock { sums in
            sums.done += count
            sums.tokens += tokens
            return sums
        }
        progress(EngineProgress(doneCount: now.done, totalCount: totalCount, tokenCount: now.tokens))
    }
}
