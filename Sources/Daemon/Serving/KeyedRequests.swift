import ControlAPI
import Foundation
import Store
import Synchronization

/// Changes that their sender may ask for more than once: carried out once, answered as often as they are
/// sent.
///
/// The receipt is written in the transaction of the change. Only a success leaves one: a request that was
/// refused has changed nothing and is tried again when it comes again.
final class KeyedRequests: Sendable {
    private let pending = Mutex<Set<String>>([])

    /// The reply from the first time, or what carrying the request out gives.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - store: Where receipts are.
    ///   - carryOut: Carries it out and writes its receipt; returns what the receipt holds.
    /// - Returns: The reply, and whether it is from the first time.
    /// - Throws: `Problem` `conflict` while the first time runs, `StoreError` `key_reused`, or what
    ///   `carryOut` throws.
    func reply(
        to request: RequestKey,
        in store: JournalStore,
        carryOut: () async throws -> Data
    ) async throws -> (data: Data, isReplayed: Bool) {
        guard pending.withLock({ $0.insert(request.key).inserted }) else {
            throw Problem(
                .conflict,
                "the request with the key \(request.key) is being carried out",
                hint: "send it again in a moment",
                retryAfterSeconds: 1
            )
        }
        defer { pending.withLock { _ = $0.remove(request.key) } }
        if let kept = try await store.reply(to: request) { return (kept, true) }
        return (try await carryOut(), false)
    }
}
