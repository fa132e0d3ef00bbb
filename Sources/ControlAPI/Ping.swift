/// Says that a daemon answers and which one.
public struct PingReply: ControlReply, Hashable {
    /// Schema version of the reply.
    public var schemaVersion = ControlVersion.schema
    /// API versions that the daemon speaks, such as `v1`.
    public var apiVersions: [String]
    /// The daemon's version.
    public var version: String
    /// The daemon's process.
    public var pid: Int

    /// Memberwise.
    public init(
        apiVersions: [String] = [ControlVersion.api],
        version: String = ControlVersion.program,
        pid: Int
    ) {
        self.apiVersions = apiVersions
        self.version = version
        self.pid = pid
    }
}
