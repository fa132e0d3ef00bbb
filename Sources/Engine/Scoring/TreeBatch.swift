import Loop

/// Trees laid out as one batch whose slots are its row numbers, with what each output row must predict.
struct TreeBatch {
    /// One prediction: the token that follows an output row.
    struct Target {
        /// The tree's shared part predicts itself once for all branches (nil), or the sample it belongs to.
        let sample: TokenizedSample?
        /// Index of the tree within the batch.
        let tree: Int
        let token: Int32
        /// Whether it is in the answer span.
        let isAnswer: Bool
    }

    private(set) var batch = TokenBatch()
    private(set) var targets: [Target] = []
    private(set) var treeStarts: [Int64] = [0]
    private(set) var samples: [(sample: TokenizedSample, tree: Int)] = []

    /// Lays trees out.
    ///
    /// - Parameters:
    ///   - trees: The trees.
    ///   - includesPrompt: Whether prompt tokens are predicted too.
    init(_ trees: [SequenceTree], includesPrompt: Bool) {
        for (index, tree) in trees.enumerated() { append(tree, index, includesPrompt: includesPrompt) }
    }

    private mutating func append(_ tree: SequenceTree, _ index: Int, includesPrompt: Bool) {
        let (start, shared) = (batch.count, Array(tree.shared))
        let none = CheckedKernels.SlotRun(start: 0, length: 0)
        for (position, token) in shared.enumerated() {
            let own = CheckedKernels.SlotRun(start: start, length: position + 1)
            batch.append(
                token: token,
                position: position,
                slot: batch.count,
                segments: KeySegments(own, none, none)
            )
            if includesPrompt, position + 1 < shared.count {
                predict(
                    shared[position + 1],
                    row: start + position,
                    sample: nil,
                    tree: index,
                    isAnswer: false
                )
            }
        }
        for branch in tree.branches {
            samples.append((branch.sample, index))
            let tokens = branch.sample.tokens
            let branchStart = batch.count
            let prompt = CheckedKernels.SlotRun(start: start, length: shared.count)
            for (offset, token) in branch.tokens.enumerated() {
                let own = CheckedKernels.SlotRun(start: branchStart, length: offset + 1)
                batch.append(
                    token: token,
                    position: shared.count + offset,
                    slot: batch.count,
                    segments: KeySegments(prompt, own, none)
                )
            }
            for position in max(shared.count - 1, 0)..<(tokens.count - 1) {
                let isAnswer = position + 1 >= branch.sample.promptCount
                guard isAnswer || includesPrompt else { continue }
                let row = position < shared.count ? start + position : branchStart + position - shared.count
                predict(
                    tokens[position + 1],
                    row: row,
                    sample: branch.sample,
                    tree: index,
                    isAnswer: isAnswer
                )
            }
        }
        treeStarts.append(Int64(batch.count))
    }

    private mutating func predict(
        _ token: Int32,
        row: Int,
        sample: TokenizedSample?,
        tree: Int,
        isAnswer: Bool
    ) {
        batch.outputRows.append(row)
        targets.append(Target(sample: sample, tree: tree, token: token, isAnswer: isAnswer))
    }
}
