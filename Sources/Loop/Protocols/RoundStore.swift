/// What the loop needs from the journal: questions, candidates, checkpoints and the rounds themselves.
///
/// Every method that writes is one transaction that leaves the journal true whether or not the next one
/// happens: files first, then the row, then the announcement.
///
/// Events passed in are written in the same transaction and announced after its commit.
public protocol RoundStore: QuestionSource, CandidateLedger, ParaphraseLedger, CheckpointLibrary, RoundLog {}
