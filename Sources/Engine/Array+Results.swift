extension Array {
    /// The results of a computation, none of them missing.
    ///
    /// Leaving out those that are missing would give each later one to its neighbour.
    ///
    /// - Parameter name: What the result at an index is, such as `the loss of sample 3`.
    /// - Returns: The results, in order.
    /// - Throws: `EngineError` of code `result_missing`, naming the first that is.
    package func results<Result>(_ name: (Int) -> String) throws -> [Result] where Element == Result? {
        try enumerated().map { index, result in
            guard let result else {
                throw EngineError(
                    .resultMissing,
                    "\(name(index)) was not computed: a defect; report it with the round's seed and settings"
                )
            }
            return result
        }
    }
}
