import ControlAPI
import Daemon
import Foundation
import Testing

/// The routes against the OpenAPI document that the daemon serves.
struct ContractTests {
    /// What of an operation these tests read.
    private struct Operation: Decodable {
        struct Empty: Decodable {}
        let responses: [String: Empty]
    }

    private struct Document: Decodable {
        let openapi: String
        let paths: [String: [String: Operation]]

        /// Operations by method and path.
        var operations: [String: Operation] {
            let pairs = paths.flatMap { path, methods in
                methods.map { ("\($0.key.uppercased()) \(path)", $0.value) }
            }
            return Dictionary(uniqueKeysWithValues: pairs)
        }
    }

    private func document() throws -> Document {
        try JSONDecoder().decode(Document.self, from: OpenAPI.document)
    }

    @Test func `every route is in the document, and nothing else`() throws {
        let routes = ControlRoutes.operations.map(\.name)

        #expect(Set(routes).count == routes.count)
        #expect(try Set(document().operations.keys).symmetricDifference(routes) == [])
    }

    @Test func `a route that changes something says who may not`() throws {
        let documented = try document().operations

        for (name, isChange) in ControlRoutes.operations {
            #expect((documented[name]?.responses["403"] != nil) == isChange, "\(name)")
        }
    }

    @Test func `the daemon serves its own contract`() async throws {
        let bench = try Bench()

        try await bench.serving { path in
            let reply = try await RawHTTP.send("GET", ControlRoute.openAPI, socket: path)
            #expect(reply.status == 200)
            #expect(Data(reply.body.utf8) == OpenAPI.document)
            #expect(reply.head.lowercased().contains("content-type: application/json"))
        }
        #expect(try document().openapi == "3.1.0")
    }

    @Test func `a wrong method is told the right ones`() async throws {
        let bench = try Bench()

        try await bench.serving { path in
            let reply = try await RawHTTP.send("DELETE", ControlRoute.rollback, socket: path)
            #expect(reply.status == 405)
            #expect(reply.head.lowercased().contains("\r\nallow: get, post"), "\(reply.head)")
            let head = try await RawHTTP.send("HEAD", ControlRoute.pause, socket: path)
            #expect(head.status == 405 && head.body.isEmpty)
        }
    }

    @Test func `a question that is too long or holds a zero character is refused`() async throws {
        let bench = try Bench()

        try await bench.serving { path in
            let long =
                #"{"split": "train", "lines": [{"question": "\#(String(repeating: "x", count: 16_385))"}]}"#
            let refused = try await RawHTTP.send("POST", ControlRoute.questions, body: long, socket: path)
            #expect(refused.status == 413)
            let zero = #"{"split": "train", "lines": [{"question": "What is\u0000 4 + 4?"}]}"#
            let invalid = try await RawHTTP.send("POST", ControlRoute.questions, body: zero, socket: path)
            #expect(invalid.status == 422, "\(invalid.body)")
        }
    }
}
