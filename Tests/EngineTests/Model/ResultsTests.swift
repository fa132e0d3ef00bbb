import Engine
import Testing

@Suite struct ResultsTests {
    @Test func `a missing result is an error that names it, not a shift of its neighbours`() throws {
        #expect(try [1, 2].map(Optional.some).results { "\($0)" } == [1, 2])
        #expect(try [Int?]().results { "\($0)" } == [])

        let error = engineError { _ = try [1, nil, 3].results { "the loss of sample \($0)" } }

        #expect(error?.code == .resultMissing)
        #expect(error?.message.hasPrefix("the loss of sample 1 was not computed") == true)
    }
}
