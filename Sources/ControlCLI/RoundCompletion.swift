import ArgumentParser
import ControlAPI
import Foundation
import Loop

/// What a shell offers when a round is expected: the newest rounds and the words that name one.
package enum RoundCompletion {
    /// A person has pressed a key and waits: if the daemon is slow or away, only the words are offered.
    @TaskLocal package static var limit = Duration.milliseconds(200)
    /// Enough to choose from.
    static let count = 100

    /// Every round.
    static let any = CompletionKind.custom { words, _, _ in await numbers(words) + ["latest", "promoted"] }

    /// Every round, and the base model.
    static let anyOrBase = CompletionKind.custom { words, _, _ in
        await numbers(words) + ["latest", "promoted", "base"]
    }

    /// Rounds that were promoted.
    static let promoted = CompletionKind.custom { words, _, _ in
        await numbers(words, .promoted) + ["promoted"]
    }

    /// Rounds that were promoted, and the base model.
    static let promotedOrBase = CompletionKind.custom { words, _, _ in
        await numbers(words, .promoted) + ["promoted", "base"]
    }

    /// Numbers of rounds, the newest first; none when the daemon does not answer in time.
    private static func numbers(_ words: [String], _ outcome: Outcome? = nil) async -> [String] {
        await withTaskGroup(of: [RoundSummary].self) { group in
            group.addTask { (try? await rounds(words, outcome)) ?? [] }
            group.addTask {
                try? await Task.sleep(for: limit)
                return []
            }
            // The other one is cancelled, and reacts to that.
            defer { group.cancelAll() }
            return await group.next()?.reversed().map { "\($0.id)" } ?? []
        }
    }

    private static func rounds(_ words: [String], _ outcome: Outcome?) async throws -> [RoundSummary] {
        let option = words.firstIndex(of: "--socket").flatMap { words.dropFirst($0 + 1).first }
        let path = try SocketPath.resolve(
            option: option,
            environment: ProcessInfo.processInfo.environment
        )
        return try await ControlClient(socketPath: path).rounds(newest: count, outcome: outcome).rounds
    }
}
