import ArgumentParser
import ControlAPI
import Foundation
import Loop

/// `autodidact report`.
struct ReportCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Write everything about the run into one HTML file, to read or to send.",
        discussion: "The file loads nothing and needs no network. It quotes questions and candidates."
    )

    @Option(name: .shortAndLong, help: "The file to write; - is standard output.", completion: .file())
    var output = "autodidact-report.html"

    @Option(help: "How many of the newest rounds to show.")
    var rounds = 100

    @Option(
        help:
            "Write the page of a study instead: what autodidactd study --json has printed; - is standard input.",
        completion: .file()
    )
    var study: String?

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if rounds < 1 { throw ValidationError("--rounds is \(rounds); use 1 or more") }
    }

    func execute(_ session: Session) async throws {
        let html: String
        if let study {
            html = StudyPage(results: try Self.results(study)).html()
        } else {
            html = try await page(session.client).html()
        }
        if output == "-" { return session.write(html) }
        let path = URL(filePath: output).standardizedFileURL.path(percentEncoded: false)
        do {
            try Data(html.utf8).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw Problem(
                .storage,
                "cannot write \(path): \(error.localizedDescription)",
                hint: "name another file with --output"
            )
        }
        try session.show(ReportOutput(path: path, byteCount: html.utf8.count)) { _ in
            ["report written to \(path)"]
        }
    }

    private static func results(_ path: String) throws -> StudyResults {
        let input = try InputFile(path, byteLimit: 64 << 20)
        do {
            return try ControlCoding.decode(StudyOutput.self, from: input.data).results
        } catch {
            throw Problem(
                .noInput,
                "\(input.name) holds no results of a study",
                hint: "write them with \"autodidactd study --results --json FILE\""
            )
        }
    }

    private func page(_ client: ControlClient) async throws -> ReportPage {
        let status = try await client.get(StatusReply.self, ControlRoute.status)
        let summaries = try await client.rounds(newest: rounds).rounds
        let checkpoints = try await client.get(
            CheckpointsReply.self,
            ControlRoute.checkpoints,
            query: [(name: ControlQuery.limit, value: "\(min(rounds, ControlLimits.maximumListSize))")]
        )
        var candidates: [CandidateItem] = []
        var last: RoundRecord?
        if let selected = summaries.last(where: { $0.selectedCount != nil }) {
            last = try await client.get(RoundReply.self, ControlRoute.round(selected.id.rawValue)).round
            candidates = try await Self.candidates(of: selected.id, client)
        }
        return ReportPage(
            status: status,
            rounds: summaries,
            checkpoints: checkpoints.checkpoints,
            rollbacks: checkpoints.rollbacks ?? [],
            candidates: candidates,
            last: last,
            // Most pages are worth having without it, and an older daemon has none.
            preflight: try? await client.get(PreflightReply.self, ControlRoute.preflight)
        )
    }

    /// At most two thousand, page by page.
    private static func candidates(of round: RoundID, _ client: ControlClient) async throws -> [CandidateItem]
    {
        var items: [CandidateItem] = []
        while items.count < 2000 {
            let query =
                "?\(ControlQuery.limit)=\(ControlLimits.maximumPageSize)&\(ControlQuery.offset)=\(items.count)"
            let reply = try await client.get(
                CandidatesReply.self,
                ControlRoute.candidates(round.rawValue) + query
            )
            items += reply.candidates
            if reply.candidates.isEmpty || items.count >= reply.totalCount { break }
        }
        return items
    }
}

/// What `report --json` prints.
struct ReportOutput: ControlReply {
    var schemaVersion = ControlVersion.schema
    /// The file.
    var path: String
    /// Its size.
    var byteCount: Int
}
