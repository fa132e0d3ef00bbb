import Daemon
import Loop
import Store
import Testing

@Suite("Question files")
struct QuestionFileTests {
    private func read(_ text: String) throws -> [QuestionInput] {
        let directory = try TemporaryDirectory()
        return try QuestionIntake.read(try directory.write("q.jsonl", text), split: .train)
    }

    @Test func `each line becomes a question that knows its place`() throws {
        let questions = try read(
            "{\"question\": \"What is 1 + 2?\", \"answer\": 3}\n\n{\"question\": \"Why?\"}\n"
        )

        #expect(questions.map(\.text) == ["What is 1 + 2?", "Why?"])
        #expect(questions.map(\.answer) == ["3", nil])
        #expect(questions.map(\.origin) == ["q.jsonl:1", "q.jsonl:3"])
    }

    @Test func `a bad file is refused with its lines`() throws {
        let one = #expect(throws: DaemonError.self) { try read("{\"question\": \"ok\"}\n[1]\n") }
        let two = #expect(throws: DaemonError.self) { try read("{\"question\": 1}\n[1]\n") }

        #expect(one?.message.contains("q.jsonl:2: the line is not a JSON object; ") == true)
        #expect(one.map(ExitStatus.of) == 65)
        #expect(two?.message.contains("q.jsonl are wrong; the first: ") == true && two?.faults.count == 2)
    }

    @Test func `questions that stand in the journal are skipped, changed and moved ones refused`() throws {
        let old = QuestionInput(text: "What is 1 + 2?", answer: "3", split: .test, origin: "t:1")
        let journal = [Question(id: QuestionID(rawValue: 1), content: old)]
        let fresh = QuestionInput(text: "What is 2 + 2?", answer: "4", split: .test, origin: "t:2")
        var changed = old
        changed.answer = "4"
        var moved = old
        moved.split = .train

        let added = try QuestionIntake.new(
            [old, fresh],
            journal: journal,
            configuration: RoundConfiguration()
        ).added

        #expect(added == [fresh])
        for bad in [changed, moved] {
            #expect(throws: DaemonError.self) {
                try QuestionIntake.new([bad], journal: journal, configuration: RoundConfiguration())
            }
        }
    }

    @Test func `other variants of a known question are taken, and leak as new ones do`() throws {
        var old = QuestionInput(text: "What is 1 + 2?", answer: "3", split: .train, origin: "a:1")
        old.variants = ["Add 1 and 2."]
        let gate = QuestionInput(text: "What is 2 + 1?", answer: "3", split: .gate, origin: "g:1")
        let journal = [old, gate].enumerated().map {
            Question(id: QuestionID(rawValue: $0.offset + 1), content: $0.element)
        }
        var (same, other, leaking) = (old, old, old)
        (same.origin, other.variants, leaking.variants) = ("b:1", ["Sum 1 and 2."], ["what is 2 + 1"])
        let configuration = RoundConfiguration()

        let kept = try QuestionIntake.new([same], journal: journal, configuration: configuration)
        let taken = try QuestionIntake.new([other], journal: journal, configuration: configuration)

        #expect(kept.reworded.isEmpty && kept.known.count == 1)
        #expect(taken.reworded.map(\.variants) == [["Sum 1 and 2."]] && taken.corrected.isEmpty)
        #expect(throws: LoopError.self) {
            try QuestionIntake.new([leaking], journal: journal, configuration: configuration)
        }
    }

    @Test func `a level that a file adds or changes is taken, one that it lacks stays`() throws {
        func question(_ level: Int?) -> QuestionInput {
            QuestionInput(text: "What is 1 + 2?", answer: "3", level: level, split: .gate, origin: "g:1")
        }
        func levels(_ old: Int?, _ new: Int?) throws -> [Int] {
            let journal = [Question(id: QuestionID(rawValue: 1), content: question(old))]
            let intake = try QuestionIntake.new(
                [question(new)],
                journal: journal,
                configuration: RoundConfiguration()
            )
            #expect(intake.added.isEmpty && intake.corrected.isEmpty && intake.known.count == 1)
            #expect(intake.changesAnything == !intake.levelled.isEmpty)
            return intake.levelled.map(\.level)
        }

        #expect(try levels(nil, 2) == [2])
        #expect(try levels(1, 2) == [2])
        #expect(try levels(2, 2) == [])
        #expect(try levels(2, nil) == [])
        let error = #expect(throws: LoopError.self) { try levels(2, -1) }
        #expect(error?.message.contains("g:1") == true && error?.message.contains("level -1") == true)
    }
}
