/// The current settings.
public struct ConfigReply: ControlReply, Hashable {
    /// Schema version of the reply.
    public var schemaVersion = ControlVersion.schema
    /// Absolute path of the configuration file; nil when there is none.
    public var path: String?
    /// Every key, dotted, with its effective value as text.
    public var settings: [String: String]

    /// Memberwise.
    public init(path: String?, settings: [String: String]) {
        self.path = path
        self.settings = settings
    }
}
