import Logging
import Loop
import ScaleOut

extension Control.Parts {
    /// Lets the judge of the configured kind read what people ask for, in its sandbox.
    ///
    /// - Parameter logger: Hears of a judge that fails on a text.
    mutating func runJudges(_ logger: Logger) {
        let judges = JudgeSandbox().catalog(
            beat: {},
            complain: { logger.warning("the judge failed on a text that was asked for: \($0)") }
        ).judges
        judge = { judges[$0.vote.answerKind]?($0) }
    }
}
