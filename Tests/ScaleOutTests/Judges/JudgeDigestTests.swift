import Foundation
import Loop
import ScaleOut
import Testing

/// Another program under the same name is another judge.
@Suite struct JudgeDigestTests {
    private let folder =
        FileManager.default.temporaryDirectory.path + "/autodidact-judge-" + UUID().uuidString

    private func write(_ text: String, to name: String) throws {
        try FileManager.default.createDirectory(atPath: folder + "/more", withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(filePath: folder + "/" + name))
    }

    @Test func `the digest follows every file of the judge, and nothing else`() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try write("print(1)", to: "judge.py")
        try write("rules", to: "more/rules.txt")
        try write("other", to: "other.txt")
        var configuration = RoundConfiguration()
        configuration.vote.answerKind = .judge
        configuration.answer.judgeCommand = ["python3", folder + "/judge.py"]
        configuration.answer.judgeFiles = [folder + "/more"]
        let sandbox = JudgeSandbox()
        let first = sandbox.digest(configuration)

        try write("other still", to: "other.txt")
        #expect(first != nil && sandbox.digest(configuration) == first)
        try write("print(2)", to: "judge.py")
        let second = sandbox.digest(configuration)
        try write("more rules", to: "more/rules.txt")
        let third = sandbox.digest(configuration)

        #expect(Set([first, second, third]).count == 3)
        configuration.vote.answerKind = .numeric
        #expect(sandbox.digest(configuration) == nil)
    }
}
