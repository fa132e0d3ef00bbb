import Crypto
import Foundation
import Loop

/// Another model than the engine's own, for scores of texts.
package struct SmallModel {
    private let files: ModelFiles
    /// What identifies it: its weights and every file that it was read from, whatever they are called.
    package let digest: String

    /// Opens a model: header, tokenizer and hashes are read, weights are not.
    ///
    /// - Parameters:
    ///   - path: A GGUF file or a Hugging Face directory.
    ///   - families: The families that are known.
    /// - Throws: `EngineError` when it is missing or cannot be used.
    package init(_ path: String, families: Families = .standard) throws {
        files = try ModelFiles.open(path, families: families)
        _ = try files.tokenizer()
        let parts = [files.sha256] + Set(files.fileDigests.values).sorted()
        digest = SHA256.hash(data: Data(parts.joined(separator: "\n").utf8)).hex
    }

    /// Loads the weights, scores texts and lets the weights go.
    ///
    /// - Parameters:
    ///   - samples: Prompts and completions.
    ///   - format: How weights are held.
    ///   - beat: Called at every sign of life.
    ///   - progress: Called after each pass.
    /// - Returns: The scores.
    /// - Throws: `CancellationError`, or `EngineError`.
    func score(
        _ samples: [TextSample],
        format: WeightFormat,
        beat: @escaping @Sendable () -> Void,
        progress: (EngineProgress) -> Void
    ) throws -> SmallModelScores {
        try files.checkUnchanged()
        let weights = try ModelWeights(files, format: format, beat: beat)
        let scorer = Scorer(
            transformer: try Transformer(weights, beat: beat),
            tokenizer: try files.tokenizer()
        )
        return SmallModelScores(
            digest: digest,
            texts: try scorer.tokenScores(of: samples, progress: progress)
        )
    }
}

extension Scorer {
    /// Loss and rank of every token of the completions and one end token.
    ///
    /// - Parameters:
    ///   - samples: Prompts and completions.
    ///   - progress: Called after each pass.
    /// - Returns: The tokens of each sample, in order; none for one that is longer than the model accepts.
    /// - Throws: `CancellationError`, or `EngineError`.
    func tokenScores(
        of samples: [TextSample],
        progress: (EngineProgress) -> Void
    ) throws -> [[TokenScore]] {
        let limit = transformer.configuration.contextLength
        let fitting = try samples.enumerated().compactMap { index, sample in
            let tokenized = try tokenizer.tokenize(sample, index: index, contextLength: .max)
            return tokenized.tokens.count <= limit ? tokenized : nil
        }
        var scores = [[TokenScore]](repeating: [], count: samples.count)
        var (done, tokenCount) = (samples.count - fitting.count, 0)
        for pass in SequenceTree.pack(
            SequenceTree.grow(fitting, rowLimit: Self.rowLimit),
            rowLimit: Self.rowLimit
        ) {
            try Task.checkCancellation()
            let layout = TreeBatch(pass, includesPrompt: false)
            var ranks = [Int](repeating: 0, count: layout.targets.count)
            let size = transformer.configuration.vocabularyCount
            let losses = try losses(of: layout) { row, logits in
                let own = logits[Int(layout.targets[row].token)]
                var rank = 0
                for token in 0..<size where logits[token] > own { rank += 1 }
                ranks[row] = rank
            }
            for (row, target) in layout.targets.enumerated() {
                guard target.isAnswer, let sample = target.sample else { continue }
                scores[sample.index].append(TokenScore(loss: Double(losses[row]), rank: ranks[row]))
            }
            done += layout.samples.count
            tokenCount += layout.batch.count
            progress(EngineProgress(doneCount: done, totalCount: samples.count, tokenCount: tokenCount))
        }
        return scores
    }
}
