import ControlAPI
import Loop
import Testing

struct ServerSentEventTests {
    @Test func `an event is a block with its number and kind`() throws {
        let event = RoundEvent(.paused, message: "paused", id: 7, time: "2026-01-31T17:52:10Z")

        let block = try ServerSentEvent(EventItem(event))

        let data = #"{"id":7,"kind":"paused","message":"paused","time":"2026-01-31T17:52:10Z"}"#
        #expect(block.text == "id: 7\nevent: paused\ndata: \(data)\n\n")
    }

    @Test func `numbers that begin again below those seen are of another journal`() throws {
        let epoch = EpochItem(epoch: "b", firstEvent: 40)

        #expect(
            try ServerSentEvent(epoch).text == "event: epoch\ndata: {\"epoch\":\"b\",\"first_event\":40}\n\n"
        )
        #expect(epoch.hasRestarted(after: 40, in: "a") && epoch.hasRestarted(after: 500, in: "a"))
        // A restart of the same journal goes on beyond, and within one process nothing begins again.
        #expect(!epoch.hasRestarted(after: 39, in: "a"))
        #expect(!epoch.hasRestarted(after: 500, in: "b"))
        #expect(!epoch.hasRestarted(after: 500, in: nil))
    }

    @Test func `a watcher that comes for events that were removed is told how many it has lost`() throws {
        let epoch = EpochItem(epoch: "b", firstEvent: 90, removedThrough: 40)

        #expect(
            try ServerSentEvent(epoch).text
                == "event: epoch\ndata: {\"epoch\":\"b\",\"first_event\":90,\"removed_through\":40}\n\n"
        )
        #expect(epoch.lostCount(after: 0) == 40 && epoch.lostCount(after: 38) == 2)
        #expect(epoch.lostCount(after: 40) == 0 && epoch.lostCount(after: 70) == 0)
        #expect(EpochItem(epoch: "b", firstEvent: 90).lostCount(after: 0) == 0)
    }

    @Test func `a reader that lagged is told the last number, apart from a shutdown`() throws {
        let lagged = try ServerSentEvent(LaggedItem(lastEvent: 41))

        #expect(lagged.text == "event: lagged\ndata: {\"last_event\":41}\n\n")
        #expect(ServerSentEvent.shutdown.text == "event: shutdown\ndata: {}\n\n")
    }

    @Test func `progress has no number, so that it is not replayed`() throws {
        let progress = Progress(
            round: RoundID(rawValue: 1),
            phase: .weigh,
            doneCount: 1,
            totalCount: 2,
            unit: "sequences"
        )

        let block = try ServerSentEvent(ProgressItem(progress))

        #expect(block.id == nil)
        #expect(block.text.hasPrefix("event: progress\ndata: {"))
    }

    @Test func `a piece of an answer is one line whatever is in it`() throws {
        let block = try ServerSentEvent(TextItem(text: " 3 +\n\n½ \r"))

        #expect(block.text == "event: text\ndata: {\"text\":\" 3 +\\n\\n½ \\r\"}\n\n")
    }

    @Test func `a stream ends with the answer or a problem`() throws {
        let answer = AskReply(text: "3", answer: "3", checkpoint: .base, tokenCount: 1, seconds: 0)

        let good = try ServerSentEvent(answer)
        let bad = try ServerSentEvent(Problem(.busy, "the daemon is stopping"))

        #expect(good.name == "answer" && good.data.contains("\"schema_version\":1"))
        #expect(bad.name == "problem" && bad.data.contains("urn:autodidact:problem:busy"))
    }
}
