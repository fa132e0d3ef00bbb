package import Loop

/// Runs one round from wherever it is to its end; `RoundRunner` behind one call, so that tests can replace
/// it.
package struct RoundSource: Sendable {
    /// Resumes the open round, or begins the next one, and returns it ended.
    package var runRound: @Sendable () async throws -> RoundRecord

    /// Wraps a call.
    package init(runRound: @escaping @Sendable () async throws -> RoundRecord) {
        self.runRound = runRound
    }
}
