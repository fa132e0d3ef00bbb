import Foundation

/// A configuration that no daemon may take, at start or at a reload.
struct BadConfiguration: Sendable {
    let name: String
    /// Makes it from a good one; nil removes the file.
    let change: @Sendable (String) -> Data?

    static let all: [BadConfiguration] = [
        text("a tab") { _ in "loop:\n\t- x: [\n" },
        text("half a file") { String($0.prefix($0.utf8.count / 2)) + "\ngate: {" },
        text("an empty file") { _ in "" },
        text("a list") { _ in "- model\n- questions\n" },
        text("an unknown key") { $0.replacing("seed: 5", with: "sed: 5") },
        text("a word for a number") { $0.replacing("seed: 5", with: "seed: five") },
        text("a value out of range") { $0.replacing("rounds: 0", with: "rounds: -1") },
        text("a section twice") { $0 + "loop: {rounds: 1}\n" },
        text("an alias of nothing") { $0 + "vote: *none\n" },
        text("votes that nobody can reach") { $0 + "vote: {minVotes: 99}\n" },
        text("a model that is not there") {
            $0.replacing(TinyRun.tinyModel, with: TinyRun.tinyModel + "-none")
        },
        text("a question file that is not there") { $0.replacing("gate.jsonl", with: "none.jsonl") },
        text("a temperature that is no number") {
            $0.replacing("temperature: 0.", with: "temperature: warm0.")
        },
        BadConfiguration(name: "bytes that are no text") { _ in Data([0, 255, 1, 254]) },
        BadConfiguration(name: "no file") { _ in nil },
    ]

    private static func text(
        _ name: String,
        _ change: @escaping @Sendable (String) -> String
    ) -> BadConfiguration {
        BadConfiguration(name: name) { Data(change($0).utf8) }
    }

    /// Puts it in the place of the good one.
    func write(_ user: CarelessUser) throws {
        let path = user.run.folder + "/config.yaml"
        if let data = change(user.configuration) {
            try data.write(to: URL(filePath: path))
        } else {
            try FileManager.default.removeItem(atPath: path)
        }
    }
}
