import Loop

extension TreeBatch {
    /// Each target's factor: Σ of the coefficients of the samples it serves.
    ///
    /// A shared prompt token serves every branch of its tree.
    ///
    /// - Parameter coefficients: By index of the sample.
    /// - Returns: One factor per target.
    func factors(_ coefficients: [Int: Double]) -> [Double] {
        var shared = [Double](repeating: 0, count: treeStarts.count - 1)
        for (sample, tree) in samples { shared[tree] += coefficients[sample.index] ?? 0 }
        return targets.map { target in
            target.sample.map { coefficients[$0.index] ?? 0 } ?? shared[target.tree]
        }
    }

    /// Each sample's sum over its targets, by index of the sample: first over the shared ones, then over its
    /// own.
    ///
    /// - Parameter losses: One per target.
    /// - Returns: Sums.
    func sums(_ losses: [Float]) -> [Int: Double] {
        var shared = [Double](repeating: 0, count: treeStarts.count - 1)
        for (target, loss) in zip(targets, losses) where target.sample == nil {
            shared[target.tree] += Double(loss)
        }
        var sums: [Int: Double] = [:]
        for (sample, tree) in samples { sums[sample.index] = shared[tree] }
        for (target, loss) in zip(targets, losses) {
            if let sample = target.sample { sums[sample.index, default: 0] += Double(loss) }
        }
        return sums
    }
}
