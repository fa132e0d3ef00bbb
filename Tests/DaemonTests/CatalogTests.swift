import Daemon
import Foundation
import Loop
import Testing

/// Every event has an id of its own, and the journal's catalog and the manual explain each.
@Suite struct CatalogTests {
    private static func text(_ name: String) throws -> String {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return try String(
            contentsOf: tests.deletingLastPathComponent().appending(path: name),
            encoding: .utf8
        )
    }

    @Test func `the catalog has one entry for each event and no other`() throws {
        let entries = try Self.text("systemd/autodidact.catalog").matches(of: /(?m)^-- ([0-9a-f]{32})$/)
            .map { String($0.output.1) }
        let ids = EventKind.allCases.map(MessageID.of)

        #expect(Set(ids).count == ids.count)
        #expect(entries.sorted() == ids.sorted())
    }

    @Test func `the manual names each event with its id`() throws {
        let manual = try Self.text("docs/operations.md")

        for kind in EventKind.allCases {
            #expect(
                manual.contains("| `\(kind.rawValue)` |") && manual.contains("`\(MessageID.of(kind))`"),
                "\(kind)"
            )
        }
    }
}
