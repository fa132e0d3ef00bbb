public import Foundation

/// Names a request that its sender may send again: a key of the sender's choice, and a digest of what it asks
/// for.
public struct RequestKey: Hashable, Sendable {
    /// The key, 1 to 64 characters.
    public let key: String
    /// SHA-256 of the request, lower-case hex.
    public let digest: String

    /// Digests a request.
    ///
    /// - Parameters:
    ///   - key: The sender's key.
    ///   - request: Everything that makes it another request.
    public init(_ key: String, request: some Sequence<UInt8>) {
        self.key = key
        digest = FileDigest.hex(request)
    }
}

/// What is written in the transaction of a change, so that the same request sent again gets the same reply
/// and changes nothing.
public struct Receipt<Change>: Sendable {
    /// The request that asked for the change.
    let request: RequestKey
    /// Makes the reply, as JSON, from what the transaction did.
    let reply: @Sendable (Change) throws -> Data

    /// Joins a request with its reply.
    public init(_ request: RequestKey, reply: @escaping @Sendable (Change) throws -> Data) {
        self.request = request
        self.reply = reply
    }
}
