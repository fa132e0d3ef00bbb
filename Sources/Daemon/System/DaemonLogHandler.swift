import Foundation
package import Logging

/// Where log lines go: fields to the journal, `<N>`-prefixed lines to another service manager's stream,
/// plain lines to a person.
///
/// Chosen once at start.
package struct DaemonLogHandler: LogHandler {
    /// How an entry is written.
    package enum Destination: Sendable {
        /// Structured entries.
        case journal
        /// Lines with a syslog priority in front.
        case prefixed
        /// Lines with a time in front.
        case plain
    }

    package var logLevel: Logger.Level
    package var metadata: Logger.Metadata = [:]

    private let label: String
    private let destination: Destination

    /// A handler for one label.
    package init(label: String, destination: Destination, logLevel: Logger.Level = .info) {
        self.label = label
        self.destination = destination
        self.logLevel = logLevel
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// The destination that fits the environment.
    package static func destination(environment: [String: String]) -> Destination {
        if Systemd.isJournalStream(environment: environment) { return .journal }
        return environment["INVOCATION_ID"] != nil && isatty(2) == 0 ? .prefixed : .plain
    }

    package func log(event: LogEvent) {
        let metadata = metadata.merging(event.metadata ?? [:]) { $1 }
        let priority = Self.priority(of: event.level)
        if destination == .journal {
            var fields = [
                ("MESSAGE", "\(event.message)"), ("PRIORITY", String(priority)),
                ("SYSLOG_IDENTIFIER", "autodidactd"), ("CODE_FILE", event.file),
                ("CODE_LINE", String(event.line)),
                ("CODE_FUNC", event.function),
            ]
            fields += metadata.sorted { $0.key < $1.key }.map { (Self.fieldName($0.key), "\($0.value)") }
            if Systemd.journal(fields) { return }
        }
        let line = Self.line(message: "\(event.message)", metadata: metadata)
        switch destination {
        case .journal, .prefixed: StandardError.write("<\(priority)>\(line)\n")
        case .plain: StandardError.write("\(Self.clock()) \(event.level) \(line)\n")
        }
    }

    /// Syslog's number for a level.
    package static func priority(of level: Logger.Level) -> Int {
        switch level {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }

    /// The journal's name for a metadata key: `round` → `AUTODIDACT_ROUND`; MESSAGE_ID stays as it is.
    package static func fieldName(_ key: String) -> String {
        if key == messageIDKey { return "MESSAGE_ID" }
        let legal = key.uppercased().map { letter in
            letter.isASCII && (letter.isLetter || letter.isNumber) ? letter : "_"
        }
        return String(("AUTODIDACT_" + String(legal)).prefix(64))
    }

    /// The metadata key that becomes MESSAGE_ID and shows in no text line.
    package static let messageIDKey = "message-id"

    private static func line(message: String, metadata: Logger.Metadata) -> String {
        let pairs = metadata.filter { $0.key != messageIDKey }.sorted { $0.key < $1.key }
        let line = ([message] + pairs.map { "\($0.key)=\($0.value)" }).joined(separator: " ")
        return line.split(separator: "\n").joined(separator: " ")
    }

    private static func clock() -> String {
        Date.now.formatted(.iso8601.time(includingFractionalSeconds: false))
    }
}
