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
}
