import ControlAPI
import Foundation
import Loop
import Testing

struct ProblemTests {
    @Test(arguments: [
        (ProblemName.noDaemon, Int32(69)), (.usage, 64), (.invalid, 65), (.permission, 77),
        (.noSuchRound, 66),
        (.notPromoted, 65), (.busy, 75), (.conflict, 75), (.storage, 74), (.noAccess, 77), (.internal, 70),
        (.exists, 73),
    ])
    func `each kind has its exit status`(name: ProblemName, status: Int32) {
        #expect(name.exitStatus == status)
        #expect(Problem(name, "x").exitStatus == status)
    }

    @Test func `what is wrong with a file of questions keeps its words, remedy and status`() {
        let wrong = #expect(throws: QuestionFile.Fault.self) {
            try QuestionFile.lines(of: Data("[1]\n3\n".utf8), name: "q.jsonl")
        }
        let long = #expect(throws: QuestionFile.Fault.self) {
            let text = String(repeating: "x", count: ControlLimits.questionByteCount + 1)
            return try QuestionFile.lines(of: Data("{\"question\": \"\(text)\"}".utf8), name: "q.jsonl")
        }

        let problem = wrong.map { Problem($0) }
        #expect(problem?.name == .invalid)
        #expect(problem?.exitStatus == 65)
        #expect(problem?.detail == "2 lines of q.jsonl are wrong")
        #expect(problem?.hint != nil)
        #expect(problem?.faults?.count == 2)
        #expect(long.map { Problem($0) }?.name == .tooLarge)
        #expect(long.map { Problem($0) }?.faults == nil)
    }

    @Test func `the table names each problem once, with an error status`() {
        let names = ProblemRow.all.map(\.name)

        #expect(Set(names).count == names.count)
        #expect(ProblemRow.all.allSatisfy { (400..<600).contains($0.httpStatus) && $0.exitStatus != 0 })
    }

    @Test func `the page on the API lists each problem with its statuses`() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = try String(contentsOf: root.appending(path: "docs/api.md"), encoding: .utf8)
        let rows = page.split(separator: "\n").filter { $0.hasPrefix("| `") && $0.count { $0 == "|" } == 5 }

        for row in ProblemRow.all {
            let start = "| `\(row.name.rawValue)` | \(row.httpStatus) | \(row.exitStatus) | "
            #expect(rows.count { $0.hasPrefix(start) } == 1, "no line begins with \(start)")
        }
        #expect(rows.count == ProblemRow.all.count)
    }

    @Test func `an unknown name decodes and ends with status 1`() throws {
        let data = Data(
            #"{"type":"urn:autodidact:problem:eclipse","title":"eclipse","status":418,"detail":"dark"}"#.utf8
        )

        let problem = try ControlCoding.decode(Problem.self, from: data)

        #expect(problem.name.rawValue == "eclipse")
        #expect(problem.exitStatus == 1)
    }

    @Test func `detail and hint stand on one line`() {
        #expect("\(Problem(.busy, "too much", hint: "try again"))" == "too much; try again")
    }
}
