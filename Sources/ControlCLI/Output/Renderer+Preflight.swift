package import ControlAPI
import Loop

extension Renderer {
    private static let labelWidth = 13

    /// What `preflight` shows.
    package func preflight(_ reply: PreflightReply) -> [String] {
        let rows = [(label: "measured", text: "\(Format.date(reply.recordedAt)) UTC")] + reply.report.rows
        return rows.flatMap { paragraph($0.label, $0.text, labelWidth: Self.labelWidth) }
    }
}
