import Loop

/// A prompt whose tokens are run once, and its completions as branches, each seeing only the prompt and
/// itself.
struct SequenceTree {
    /// One completion.
    struct Branch {
        let sample: TokenizedSample
        /// Input tokens after the shared part; the end token is a target only.
        let tokens: ArraySlice<Int32>
    }

    /// The tokens that all branches begin with.
    let shared: ArraySlice<Int32>
    let branches: [Branch]

    /// Rows the tree takes.
    var rowCount: Int { shared.count + branches.reduce(0) { $0 + $1.tokens.count } }

    /// Joins samples of one prompt; the shared part is what their tokens have in common, within the prompt.
    init(_ samples: [TokenizedSample]) {
        var sharedCount = samples.map { min($0.promptCount, $0.tokens.count - 1) }.min() ?? 0
        if let first = samples.first {
            for sample in samples.dropFirst() {
                var common = 0
                while common < sharedCount, sample.tokens[common] == first.tokens[common] { common += 1 }
                sharedCount = common
            }
        }
        shared = samples.first?.tokens[0..<sharedCount] ?? []
        branches = samples.map { Branch(sample: $0, tokens: $0.tokens[sharedCount..<($0.tokens.count - 1)]) }
    }

    /// Cuts samples into trees of neighbours with equal prompts, none above `rowLimit` rows unless a single
    /// sample is.
    static func grow(_ samples: [TokenizedSample], rowLimit: Int) -> [SequenceTree] {
        var trees: [SequenceTree] = []
        var group: [TokenizedSample] = []
        var rows = 0
        func close() {
            if !group.isEmpty { trees.append(SequenceTree(group)) }
            group = []
            rows = 0
        }
        for sample in samples {
            let prompt = sample.tokens.prefix(sample.promptCount)
            let isSamePrompt = group.first.map { $0.tokens.prefix($0.promptCount) == prompt } ?? false
            if !isSamePrompt || rows + sample.tokens.count - prompt.count > rowLimit { close() }
            rows += group.isEmpty ? sample.tokens.count : sample.tokens.count - prompt.count
            group.append(sample)
        }
        close()
        return trees
    }

    /// Packs trees, in order, into batches of at most `rowLimit` rows; a larger tree is alone.
    static func pack(_ trees: [SequenceTree], rowLimit: Int) -> [[SequenceTree]] {
        var batches: [[SequenceTree]] = []
        var rows = 0
        for tree in trees {
            if batches.isEmpty || rows + tree.rowCount > rowLimit {
                batches.append([])
                rows = 0
            }
            batches[batches.count - 1].append(tree)
            rows += tree.rowCount
        }
        return batches
    }
}
