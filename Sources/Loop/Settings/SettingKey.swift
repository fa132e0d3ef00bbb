/// The name of a setting or section in a recorded configuration.
public struct SettingKey: CodingKey, Hashable, Sendable {
    /// The name.
    public let stringValue: String
    /// None: names are texts.
    public var intValue: Int? { nil }

    /// Wraps a name.
    public init(_ name: String) { stringValue = name }

    /// Wraps a name.
    public init?(stringValue: String) { self.init(stringValue) }

    /// Refuses: names are texts.
    public init?(intValue: Int) { nil }
}
