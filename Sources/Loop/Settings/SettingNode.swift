/// A value as it is written in a configuration file or an environment variable, before its type is known.
public enum SettingNode: Hashable, Sendable {
    /// A word without quotes, such as `8`, `true` or `iwsi`.
    case plain(String)
    /// A text in quotes, or one that can be nothing else.
    case text(String)
    /// A list.
    case list([SettingNode])
    /// Anything that no setting takes, such as a group of keys.
    case other(String)

    /// How a message shows it.
    public var shown: String {
        switch self {
        case .plain(let word), .text(let word): "the value \(word.settingText)"
        case .list: "a list"
        case .other(let kind): kind
        }
    }
}
