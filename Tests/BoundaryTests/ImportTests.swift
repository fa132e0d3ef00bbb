import Foundation
import Testing

/// Holds the modules' direction: SwiftPM lets an undeclared import through, this does not.
@Suite struct ImportTests {
    /// What a module may import and why nothing else.
    struct Rule: Sendable, CustomTestStringConvertible {
        let module: String
        let allowed: Set<String>
        let reason: String
        var testDescription: String { module }
    }

    static let rules = [
        Rule(
            module: "Loop",
            allowed: ["Foundation", "Synchronization"],
            reason:
                "the domain has no I/O and depends on nothing: time, storage and model come in as arguments"
        ),
        Rule(
            module: "Engine",
            allowed: [
                "Loop", "Kernels", "COneDNN", "Crypto", "Foundation", "Glibc", "Dispatch", "Synchronization",
            ],
            reason: "the engine knows models and no journal, socket or command line"
        ),
        Rule(
            module: "ScaleOut",
            allowed: [
                "Loop", "AsyncHTTPClient", "Crypto", "NIOCore", "NIOFoundationCompat", "NIOHTTP1",
                "Subprocess",
                "SystemPackage", "Foundation", "Glibc", "Synchronization",
            ],
            reason:
                "it drives servers and programs, and asks whoever can read the model's files for tokens and adapters"
        ),
        Rule(
            module: "Store",
            allowed: [
                "Loop", "GRDB", "GRDBSQLite", "CZlib", "Crypto", "Foundation", "Glibc", "Synchronization",
            ],
            reason: "the store knows the journal and neither model nor socket"
        ),
        Rule(
            module: "ControlAPI",
            allowed: ["COpenAPI", "Loop", "Foundation"],
            reason: "the contract is Codable structs only, so that daemon and CLI cannot drift apart"
        ),
        Rule(
            module: "Daemon",
            allowed: [
                "Loop", "Engine", "ScaleOut", "Store", "ControlAPI", "CSystemd", "ArgumentParser", "Logging",
                "Hummingbird",
                "HummingbirdCore", "NIOCore", "NIOExtras", "NIOHTTPTypes", "NIOHTTPTypesHTTP1", "NIOPosix",
                "NIOHTTP1", "HTTPTypes",
                "ServiceLifecycle",
                "UnixSignals", "Yams", "Crypto", "Foundation", "Glibc", "Synchronization",
            ],
            reason:
                "the daemon builds and joins; rows, kernels and rendering belong to Store, Engine and ControlCLI"
        ),
        Rule(
            module: "ControlCLI",
            allowed: [
                "ControlAPI", "Loop", "ArgumentParser", "AsyncHTTPClient", "Crypto", "NIOCore", "NIOPosix",
                "NIOHTTP1", "Foundation", "Glibc",
            ],
            reason: "the CLI reaches the loop through the socket alone, never through Store or Engine"
        ),
    ]

    static let wrapped = [
        ("Kernels", "its shapes are checked in one place before a pointer leaves Swift"),
        ("COneDNN", "its status codes become errors in one place"),
        ("CSystemd", "systemd is spoken to in one place"),
        ("CZlib", "its counts are checked in one place before bytes are expanded"),
        ("COpenAPI", "it holds one document, which one place hands out"),
    ]

    @Test(arguments: rules) func `a module imports only what its rule allows`(rule: Rule) throws {
        for file in try SourceTree.swiftFiles(under: "Sources/\(rule.module)") {
            for name in file.imports where !rule.allowed.contains(name) {
                Issue.record("\(file.path) imports \(name): \(rule.module) may not, because \(rule.reason)")
            }
        }
    }

    @Test func `every Swift module has a rule`() throws {
        let modules = Set(
            try SourceTree.swiftFiles(under: "Sources").map { String($0.path.split(separator: "/")[1]) }
        )

        #expect(
            modules.subtracting(Self.rules.map(\.module)) == [],
            "add the new module to the table of rules"
        )
    }

    @Test(arguments: wrapped) func `a C module is imported in one place`(module: String, reason: String)
        throws
    {
        let files = try SourceTree.swiftFiles(under: "Sources").filter { $0.imports.contains(module) }

        // A file, or a folder named after the module.
        let places = Set(
            files.map { file in
                let folder = file.path.split(separator: "/").dropLast().joined(separator: "/")
                return folder.hasSuffix("/\(module)") ? folder : file.path
            }
        )
        #expect(places.count <= 1, "\(places) import \(module): only one may, because \(reason)")
    }

    @Test func `imports are found in all their spellings`() {
        let text = """
            import A
            public import B
            @preconcurrency import C
            @testable public import struct D.Part
            import E.Sub
            // import F
            let text = "import G"
            let more = \"""
                import H
                \"""
            """

        #expect(SourceFile(path: "", text: text).imports == ["A", "B", "C", "D", "E"])
    }
}
