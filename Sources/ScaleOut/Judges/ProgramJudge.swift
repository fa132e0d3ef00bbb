import Foundation
public import Loop
import Synchronization

/// Asks a program for verdicts, one text at a time.
///
/// The program runs as long as the judge is used. It is killed with all its processes when a verdict is late
/// or no verdict, and started again for the next text, up to a limit. Nothing that it does ends a round.
public final class ProgramJudge: AnswerJudge {
    private let program: JudgeProgram
    private let tellsReference: @Sendable (QuestionInput) -> Bool
    private let beat: @Sendable () -> Void
    private let complain: @Sendable (String) -> Void
    private let queue = DispatchQueue(label: "autodidact.judge")
    private let state = Mutex(State())

    private struct State {
        var child: JudgeChild?
        var startCount = 0
        var requestCount = 0
        var lastFault = ""
    }

    /// A judge that has started nothing yet.
    ///
    /// - Parameters:
    ///   - program: The program.
    ///   - configuration: Of the round; only one that reads references tells those of train questions.
    ///   - beat: Called after each text and each second of waiting, as a sign of life.
    ///   - complain: Called with each failure, for the log.
    public convenience init(
        _ program: JudgeProgram,
        _ configuration: RoundConfiguration,
        beat: @escaping @Sendable () -> Void = {},
        complain: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        let readsReferences = SelectionChain(configuration).readsReferences
        self.init(
            program,
            tellsReference: { $0.split != .train || readsReferences },
            beat: beat,
            complain: complain
        )
    }

    /// A judge that is told the references of some questions alone.
    package init(
        _ program: JudgeProgram,
        tellsReference: @escaping @Sendable (QuestionInput) -> Bool,
        beat: @escaping @Sendable () -> Void,
        complain: @escaping @Sendable (String) -> Void
    ) {
        self.program = program
        self.tellsReference = tellsReference
        self.beat = beat
        self.complain = complain
    }

    /// Asks about each text.
    public func readings(of texts: [String], question: QuestionInput) async throws -> [AnswerReading] {
        var readings: [AnswerReading] = []
        for text in texts {
            try Task.checkCancellation()
            let stop = Stop()
            let reading = await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    queue.async { continuation.resume(returning: self.reading(of: text, question, stop)) }
                }
            } onCancel: {
                stop.set()
                // Its end ends the wait. A child that is not known yet is ended by whoever starts it.
                state.withLock(\.child)?.end()
            }
            try Task.checkCancellation()
            readings.append(reading)
            beat()
        }
        return readings
    }

    /// Asks about one text; on the queue, and waits.
    private func reading(of text: String, _ question: QuestionInput, _ stop: Stop) -> AnswerReading {
        let (known, number, startCount, lastFault) = state.withLock { state in
            state.requestCount += 1
            return (state.child, state.requestCount, state.startCount, state.lastFault)
        }
        if known == nil, startCount > program.restartLimit {
            return .none(
                .judgeFailed,
                "it was started again \(program.restartLimit) times; last: \(lastFault)"
            )
        }
        let child: JudgeChild
        do {
            child = try known ?? JudgeChild(program.words)
        } catch {
            return fail(.judgeFailed, "\(error)", countsStart: true)
        }
        if known == nil {
            state.withLock { state in
                state.child = child
                state.startCount += 1
            }
        }
        // Cancelled before the child was known to whoever cancels.
        if stop.isSet { child.end() }
        let patience = known == nil ? program.timeout + program.startPatience : program.timeout
        switch child.ask(request(number, text, question).line, until: .now + patience, beat: beat) {
        case .late:
            return fail(.judgeTimeout, "no verdict within \(patience.components.seconds) s", stop)
        case .failed(let why):
            return fail(.judgeFailed, why, stop)
        case .line(let line):
            let (reading, fault) = JudgeReply.reading(of: line, id: number)
            return reading ?? fail(.judgeFailed, fault, stop)
        }
    }

    private func request(_ number: Int, _ text: String, _ question: QuestionInput) -> JudgeRequest {
        let tests = program.isCode ? question.answer.flatMap { try? CodeTests($0) } : nil
        return JudgeRequest(
            id: number,
            question: question.text,
            choices: question.choices.isEmpty ? nil : question.choices,
            answer: !program.isCode && tellsReference(question) ? question.answer : nil,
            inputs: tests?.inputs,
            entry: tests?.entry,
            text: text
        )
    }

    /// Kills the child, which the next text starts again.
    private func fail(
        _ reason: VerdictReason,
        _ why: String,
        _ stop: Stop? = nil,
        countsStart: Bool = false
    ) -> AnswerReading {
        let child = state.withLock { state in
            defer { state.child = nil }
            state.startCount += countsStart ? 1 : 0
            return state.child
        }
        child?.end()
        let words = child?.lastWords ?? ""
        let whole = words.isEmpty ? why : "\(why); it wrote: \(words)"
        state.withLock { $0.lastFault = whole }
        if stop?.isSet != true { complain("\(reason.rawValue): \(whole)") }
        return .none(reason, whole)
    }
}

/// Whether the wait for one verdict was cancelled.
private final class Stop: Sendable {
    private let flag = Mutex(false)

    var isSet: Bool { flag.withLock { $0 } }

    func set() { flag.withLock { $0 = true } }
}
