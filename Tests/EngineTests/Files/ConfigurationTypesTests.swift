import Engine
import Foundation
import Testing

/// config.json and generation_config.json with values that are there and cannot be meant: none counts as
/// missing.
@Suite struct ConfigurationTypesTests {
    private func error(
        _ change: (inout [String: Any]) -> Void,
        in name: String = "config.json"
    ) throws -> EngineError? {
        let family = try FamilyRecording("llama-linear")
        let file = URL(fileURLWithPath: "\(family.model)/\(name)")
        let json = try? JSONSerialization.jsonObject(with: Data(contentsOf: file))
        var config = json as? [String: Any] ?? [:]
        change(&config)
        try JSONSerialization.data(withJSONObject: config).write(to: file)
        return engineError { _ = try ModelFiles.open(family.model) }
    }

    @Test(
        arguments: [
            ("tie_word_embeddings", "true", "tie_word_embeddings is \"true\", expected true or false"),
            ("tie_word_embeddings", 1, "tie_word_embeddings is 1, expected true or false"),
            ("rope_theta", "10000", "rope_theta is \"10000\", expected a number"),
            ("sliding_window", "7", "sliding_window is \"7\", expected a number"),
            ("hidden_act", 5, "hidden_act is 5, expected a text"),
            ("layer_types", "full_attention", "layer_types is \"full_attention\", expected a list"),
            ("rope_parameters", "linear", "rope_parameters is \"linear\", expected an object"),
            ("rope_parameters", ["rope_type": 4], "rope_parameters.rope_type is 4, expected a text"),
            (
                "rope_parameters", ["rope_type": "linear", "factor": "4"],
                "rope_parameters.factor is \"4\", expected a number"
            ),
        ] as [(String, any Sendable, String)]
    )
    func `a value of another type is refused by its key`(
        key: String,
        value: any Sendable,
        words: String
    ) throws {
        let error = try error { $0[key] = value }

        #expect(error?.code == .modelMalformed)
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "no error")")
    }

    @Test(
        arguments: [
            (["factor": 4], "rope_parameters has factor 4 and no rope_type that it belongs to"),
            (["rope_type": "default", "low_freq_factor": 2], "rope_parameters has low_freq_factor 2"),
        ] as [([String: any Sendable], String)]
    )
    func `numbers of a scaling that has no name are refused`(
        parameters: [String: any Sendable],
        words: String
    ) throws {
        let error = try error { $0["rope_parameters"] = parameters }

        #expect(error?.code == .unsupportedArchitecture)
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "no error")")
    }

    @Test func `two bases of the rotation are refused, one that is written twice is not`() throws {
        let other = try error { $0["rope_theta"] = 500 }

        #expect(other?.code == .unsupportedArchitecture)
        let words = "rope_theta is 500.0 and rope_parameters.rope_theta is 10000.0"
        #expect(other?.message.contains(words) == true, "\(other?.message ?? "no error")")
        #expect(try error { $0["rope_theta"] = 10000 } == nil)
        #expect(try error { $0["rope_parameters"] = ["factor": 1, "rope_theta": 10000] } == nil)
    }

    @Test func `token ids that are none are refused`() throws {
        let name = "generation_config.json"
        let text = try error({ $0["eos_token_id"] = "x" }, in: name)
        let list = try error({ $0["eos_token_id"] = [2, "3"] }, in: name)

        #expect(text?.message.contains("\(name): eos_token_id is \"x\", expected a token's number") == true)
        #expect(list?.message.contains("eos_token_id is [2,\"3\"], expected") == true)
        #expect(try error({ $0["bos_token_id"] = 1.5 }, in: name)?.code == .modelMalformed)
        #expect(try error({ $0["eos_token_id"] = [2] }, in: name) == nil)
    }
}
