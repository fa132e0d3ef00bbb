import Foundation
import GRDB
import Loop

/// Checks every invariant of a state directory and changes nothing.
///
/// One connection reads one consistent state; files are read while it lasts. Next to a running daemon a
/// checkpoint that is being written shows as its unfinished directory, which is no violation.
final class StateVerifier {
    let db: Database
    let state: StateDirectory
    let files = DurableFiles()
    var report = VerifyReport()
    let checkCancelled: () throws -> Void

    /// Builds a verifier that has looked at nothing.
    ///
    /// - Parameters:
    ///   - db: The connection that reads.
    ///   - state: Where the files are.
    ///   - checkCancelled: Throws when the look is to end; called before each rule.
    init(_ db: Database, state: StateDirectory, checkCancelled: @escaping () throws -> Void = {}) {
        self.db = db
        self.state = state
        self.checkCancelled = checkCancelled
    }

    /// Looks at everything; later rules rest on earlier ones, so that a damaged database ends the look.
    func run() throws -> VerifyReport {
        try rule("integrity") {
            try String.fetchAll(db, sql: "PRAGMA integrity_check").filter { $0 != "ok" }
        }
        guard report.violations.isEmpty else { return report }
        try rule("foreign_keys") {
            try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").map { row in
                "table \(row[0] ?? "?"), row \(row[1] ?? -1) names a row of \(row[2] ?? "?") that is not there"
            }
        }
        try rule("schema") {
            let found = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
            return found == Schema.version
                ? [] : ["the schema is \(found), this version knows \(Schema.version)"]
        }
        guard report.violations.allSatisfy({ $0.rule != "schema" }) else { return report }
        try checkTree()
        try checkRounds()
        try checkQuestions()
        try checkCandidates()
        try checkArchives()
        try checkEvaluations()
        try checkEvents()
        try checkReceipts()
        try checkFiles()
        return report
    }

    /// One rule: a name and the violations found.
    func rule(_ name: String, _ find: () throws -> [String]) throws {
        try checkCancelled()
        report.ruleCount += 1
        do {
            report.violations += try find().map { VerifyReport.Violation(rule: name, detail: $0) }
        } catch let error as DatabaseError where error.resultCode != .SQLITE_INTERRUPT {
            // One damaged value must not hide what the other rules find.
            let detail = "cannot be looked at: \(error.message ?? "unknown error")"
            report.violations.append(VerifyReport.Violation(rule: name, detail: detail))
        }
    }

    /// One rule as a query: each row is a violation, its columns filling `%` in turn.
    func rule(_ name: String, _ detail: String, sql: String) throws {
        try rule(name) {
            try Row.fetchAll(db, sql: sql).map { row in
                row.databaseValues.reduce(detail) { text, value in
                    guard let place = text.range(of: "%") else { return text }
                    return text.replacingCharacters(in: place, with: Self.shown(value))
                }
            }
        }
    }

    private static func shown(_ value: DatabaseValue) -> String {
        switch value.storage {
        case .null: "nothing"
        case .int64(let number): "\(number)"
        case .double(let number): "\(number)"
        case .string(let text): text
        case .blob(let data): "\(data.count) bytes"
        }
    }
}
