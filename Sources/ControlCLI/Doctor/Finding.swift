import ControlAPI
import Foundation
package import Loop

/// One thing that `doctor` checked.
package struct Finding: Codable, Hashable, Sendable {
    /// How good it is.
    package enum State: String, Codable, Sendable {
        case good, warning, problem
    }

    /// What was checked.
    package var subject: String
    /// How good it is.
    package var state: State
    /// What was found.
    package var detail: String
    /// What to do about it, or next; nil if nothing.
    package var remedy: String?

    /// Memberwise.
    package init(_ subject: String, _ state: State, _ detail: String, remedy: String? = nil) {
        self.subject = subject
        self.state = state
        self.detail = detail
        self.remedy = remedy
    }

    /// What was found before the first round.
    package init(preflight verdict: PreflightVerdict) {
        self.init(
            "preflight",
            verdict.kind == .trainable ? .good : .warning,
            "before the first round, \(verdict.line)",
            remedy: verdict.advice.first
        )
    }
}

extension Finding {
    /// Parts what the daemon's check says into its words and its notes, which are about the gate's size.
    ///
    /// - Parameter output: What it printed.
    /// - Returns: The words without the notes, and a finding for each note.
    package static func parted(_ output: String) -> (said: String, gate: [Finding]) {
        let mark = "note: "
        let lines = output.trimmingCharacters(in: .whitespacesAndNewlines).components(separatedBy: "\n")
        let notes = lines.filter { $0.hasPrefix(mark) }
        return (
            lines.filter { !$0.hasPrefix(mark) }.joined(separator: "\n"),
            notes.map { Finding("gate", .warning, String($0.dropFirst(mark.count))) }
        )
    }
}

/// What `doctor --json` prints.
struct DoctorOutput: ControlReply {
    var schemaVersion = ControlVersion.schema
    /// Whether nothing is a problem.
    var isHealthy: Bool
    var findings: [Finding]
}

extension Renderer {
    /// One line for each finding, and what to do about it below.
    package func doctor(_ findings: [Finding]) -> [String] {
        let width = findings.map(\.subject.displayWidth).max() ?? 0
        return findings.flatMap { finding -> [String] in
            let mark =
                switch finding.state {
                case .good: paint("ok", .good) + "       "
                case .warning: paint("warning", .accent) + "  "
                case .problem: paint("problem", .bad) + "  "
                }
            let subject =
                finding.subject + String(repeating: " ", count: width - finding.subject.displayWidth)
            let line = "\(mark)\(subject)  \(finding.detail.onOneLine)"
            return [line]
                + (finding.remedy.map { ["         \(String(repeating: " ", count: width))  → \($0)"] } ?? [])
        }
    }
}
