import ControlAPI
import Foundation
import Loop
import Testing

struct ControlCodingTests {
    @Test(arguments: [
        ("id", "id"), ("doneCount", "done_count"), ("dsWeight", "ds_weight"),
        ("meanDSWeight", "mean_ds_weight"),
        ("cutDSWeight", "cut_ds_weight"), ("dsWeightQuantiles", "ds_weight_quantiles"), ("topP", "top_p"),
        ("sha256", "sha256"), ("secondsPerPhase", "seconds_per_phase"),
    ])
    func `keys go to snake case and come back`(name: String, wire: String) {
        #expect(ControlCoding.snakeCase(name) == wire)
        #expect(ControlCoding.camelCase(wire) == name)
    }

    @Test func `keys of dictionaries stay as they are`() throws {
        let reply = ConfigReply(path: nil, settings: ["generate.maxNewTokens": "64", "a_b": "1"])

        let data = try ControlCoding.encode(reply)

        let text = String(decoding: data, as: UTF8.self)
        #expect(text == #"{"schema_version":1,"settings":{"a_b":"1","generate.maxNewTokens":"64"}}"#)
        #expect(try ControlCoding.decode(ConfigReply.self, from: data) == reply)
    }

    @Test(arguments: [Double.infinity, -.infinity])
    func `infinite numbers travel as words`(value: Double) throws {
        let reply = AskReply(
            text: "",
            answer: nil,
            checkpoint: .init(rawValue: 1),
            tokenCount: 0,
            seconds: value
        )

        let again = try ControlCoding.decode(AskReply.self, from: try ControlCoding.encode(reply))

        #expect(again.seconds == value)
    }
}
