import ControlAPI
import ControlCLI
import Testing

struct EventStreamParserTests {
    private let stream = """
        retry: 2000

        : heartbeat

        id: 7
        event: paused
        data: {"id":7}

        event: progress
        data: {"done_count":1}


        """

    private let blocks = [
        ServerSentEvent(id: 7, name: "paused", data: #"{"id":7}"#),
        ServerSentEvent(id: nil, name: "progress", data: #"{"done_count":1}"#),
    ]

    @Test func `comments and retry lines give no block`() throws {
        var parser = EventStreamParser()

        let found = try parser.feed(stream.utf8)

        #expect(found == blocks)
    }

    @Test func `chunks may end anywhere`() throws {
        var parser = EventStreamParser()
        var found: [ServerSentEvent] = []

        for byte in stream.utf8 { found += try parser.feed([byte]) }

        #expect(found == blocks)
    }

    @Test func `lines may end with carriage return and line feed`() throws {
        var parser = EventStreamParser()

        let found = try parser.feed(stream.replacing("\n", with: "\r\n").utf8)

        #expect(found == blocks)
    }

    @Test func `data lines are joined, and what the daemon writes is read back`() throws {
        var parser = EventStreamParser()
        let block = ServerSentEvent(id: 3, name: "warning", data: #"{"message":"ä: b"}"#)

        let joined = try parser.feed("data: a\ndata:b\n\n".utf8)
        let written = try parser.feed(block.text.utf8)

        #expect(joined.map(\.data) == ["a\nb"])
        #expect(written == [block])
    }

    @Test func `a line without end is refused`() {
        var parser = EventStreamParser()

        #expect(throws: Problem.self) {
            try parser.feed(repeatElement(UInt8(ascii: "x"), count: EventStreamParser.lineByteCount + 1))
        }
    }
}
