import Loop
import Testing

/// The checks of the careless user themselves: they must be able to fail.
struct CarelessModelTests {
    private func event(_ id: Int, _ kind: EventKind, _ message: String = "") -> RoundEvent {
        RoundEvent(kind, message: message, id: id)
    }

    /// A journal with one finished round and one added question.
    private var look: JournalLook {
        var look = JournalLook()
        look.finished = [1: "seal a"]
        look.questions = [1: "first", 2: "added"]
        look.events = [event(1, .started), event(2, .questionsAdded, "1 train questions added")]
        return look
    }

    private var model: CarelessModel {
        var model = CarelessModel()
        model.firstCount = 1
        model.questions = [2: "added"]
        model.told = [.questionsAdded: 1]
        return model
    }

    @Test func `a journal as it was confirmed has no fault, and may grow`() {
        var (model, later) = (model, look)
        later.finished[2] = "seal b"
        later.events.append(event(3, .stopping))

        #expect(model.faults(in: look) == [])
        #expect(model.faults(in: later) == [])
        #expect(model.finishedCount == 2)
    }

    @Test func `what was confirmed or finished and is gone is a fault`() {
        var (round, question) = (look, look)
        round.finished[1] = nil
        question.questions[2] = nil

        for later in [round, question] {
            var model = model
            _ = model.faults(in: look)
            #expect(model.faults(in: later).count == 1)
        }
    }

    @Test func `a finished round that changes is a fault`() {
        var (model, later) = (model, look)
        _ = model.faults(in: look)

        later.finished[1] = "seal b"

        #expect(model.faults(in: later).count == 1)
    }

    @Test func `what nobody confirmed is a fault`() {
        var (model, later) = (model, look)

        later.questions[3] = "added twice"
        later.retired = [1]
        later.isPaused = true
        later.rollbacks = [[0, 1]]
        later.pinned = [1]

        // The pause and the pin also have no event.
        #expect(model.faults(in: later).count == 7)
    }

    @Test func `a change whose event is missing is a fault`() {
        var (model, later) = (model, look)

        later.events.removeLast()

        #expect(model.faults(in: later) == ["0 events questions_added, confirmed 1"])
    }

    @Test func `events with a hole, changed or gone are faults`() {
        var (hole, changed, gone) = (look, look, look)
        hole.events.append(event(4, .stopping))
        changed.events[0].message = "something else"
        gone.events.removeFirst()

        for later in [hole, changed] {
            var model = model
            _ = model.faults(in: look)
            #expect(model.faults(in: later).count == 1)
        }
        var model = model
        _ = model.faults(in: look)
        #expect(model.faults(in: gone).count == 2)
    }

    @Test func `a checkpoint that counts as damaged and a round that failed are faults`() {
        var (model, later) = (model, look)

        later.events.append(event(3, .checkpointCorrupt))
        later.failed = [1]

        #expect(model.faults(in: later).count == 2)
    }

    @Test func `a current checkpoint that no event explains is a fault`() {
        var (model, later) = (model, look)

        later.current = 3

        #expect(model.faults(in: later) == ["checkpoint 3 is current, after its events 0"])
    }
}
