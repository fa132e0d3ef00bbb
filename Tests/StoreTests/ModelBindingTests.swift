import Foundation
import GRDB
import Loop
import Store
import Testing

@Suite struct ModelBindingTests {
    let state = TemporaryState()

    private func model(_ files: [String: String]) -> ModelIdentity {
        var model = ModelIdentity.tiny
        model.fileDigests = files
        return model
    }

    private let files = ["config.json": "aa", "tokenizer.json": "bb", "model.safetensors": "cc"]

    @Test(arguments: [
        (
            ["config.json": "xx", "tokenizer.json": "bb", "model.safetensors": "cc"], "config.json",
            "has changed"
        ),
        (
            ["config.json": "aa", "tokenizer.json": "yy", "model.safetensors": "cc"], "tokenizer.json",
            "has changed"
        ),
        (["config.json": "aa", "model.safetensors": "cc"], "tokenizer.json", "is missing"),
        (
            [
                "config.json": "aa", "tokenizer.json": "bb", "model.safetensors": "cc",
                "generation_config.json": "dd",
            ], "generation_config.json", "was not there before"
        ),
    ])
    func `another file under the same weights is refused by name`(
        found: [String: String],
        name: String,
        what: String
    ) throws {
        let store = try state.open()
        try store.bind(model: model(files))

        let error = #expect(throws: StoreError.self) { try store.bind(model: model(found)) }

        #expect(error?.code == .otherModel)
        #expect(error?.message.hasPrefix("\(name) of model tiny \(what)") == true, "\(error?.message ?? "")")
    }

    @Test func `the same files are welcome, a renamed one too`() throws {
        let store = try state.open()
        try store.bind(model: model(files))

        try store.bind(model: model(files))
        try store.bind(
            model: model(["config.json": "aa", "tokenizer.json": "bb", "weights.safetensors": "cc"])
        )
    }

    @Test func `a journal that recorded the weights alone takes the files as they are`() async throws {
        let store = try state.open()
        try store.bind(model: .tiny)

        try store.bind(model: model(files))

        #expect(throws: StoreError.self) { try store.bind(model: model(["config.json": "xx"])) }
    }

    @Test func `the recorded identity stays what version 0.1.0 wrote`() async throws {
        let store = try state.open()
        try store.bind(model: model(files))

        let queue = try DatabaseQueue(path: state.path + "/journal.sqlite")
        let text = try await queue.read { try String.fetchOne($0, sql: "SELECT model FROM meta") }

        #expect(text?.contains("config.json") == false)
    }
}
