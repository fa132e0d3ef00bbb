import Foundation
import Loop
import Yams

/// Reads the configuration file and the environment into settings, refusing what the schema does not know.
package struct SettingsReader {
    private let environment: [String: String]

    /// A reader that sees this environment.
    package init(environment: [String: String]) {
        self.environment = environment
    }

    /// Reads a file, puts the environment over it and fills in empty paths.
    ///
    /// Ranges are checked by `SettingsCheck`, after the command line has been applied.
    package func read(file: String) throws(DaemonError) -> DaemonSettings {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw DaemonError(
                .invalidConfiguration,
                "cannot read the configuration file \(file); check --config, "
                    + "or write one with \"autodidactd --print-default-config\""
            )
        }
        guard let text = String(data: data, encoding: .utf8) else {
            throw DaemonError(.invalidConfiguration, "\(file): not UTF-8; save the file as UTF-8")
        }
        var settings = DaemonSettings()
        try apply(text, of: file, to: &settings)
        try applyEnvironment(to: &settings)
        fillPaths(of: &settings, besides: file)
        return settings
    }

    private func apply(_ text: String, of file: String, to settings: inout DaemonSettings) throws(DaemonError)
    {
        let root: Node?
        do {
            root = try compose(yaml: text)
        } catch {
            throw DaemonError(
                .invalidConfiguration,
                "\(file): not YAML: \(oneLine(error)); correct the line named"
            )
        }
        guard let root, root != Node("", Tag(.null)) else { return }
        guard let mapping = root.mapping else {
            throw DaemonError(
                .invalidConfiguration,
                "\(file): no keys at the top level; write \"model: PATH\" and so on"
            )
        }
        try apply(mapping, of: file, to: &settings)
    }

    /// Puts the keys of a mapping over settings; relative paths start from the file's directory.
    func apply(_ mapping: Node.Mapping, of file: String, to settings: inout DaemonSettings)
        throws(DaemonError)
    {
        let base = URL(filePath: file).deletingLastPathComponent()
        for (key, node) in mapping {
            let name = key.scalar?.string ?? "?"
            let place = Place(file: file, line: key.mark?.line)
            if let setting = SettingsSchema.settings.first(where: { $0.section == nil && $0.key == name }) {
                try assign(setting, node, place, base, to: &settings)
            } else if SettingsSchema.sections.contains(where: { $0.name == name }) {
                try applySection(name, node, place, base, to: &settings)
            } else {
                throw unknown(name, in: nil, place)
            }
        }
    }

    private func applySection(
        _ section: String,
        _ node: Node,
        _ place: Place,
        _ base: URL,
        to settings: inout DaemonSettings
    ) throws(DaemonError) {
        if node.scalar?.string == "" { return }
        guard let mapping = node.mapping else {
            throw DaemonError(
                .invalidConfiguration,
                "\(place): \(section): keys are expected below it, found \(shown(node)); indent them"
            )
        }
        for (key, value) in mapping {
            let name = key.scalar?.string ?? "?"
            let place = Place(file: place.file, line: key.mark?.line)
            let declared = SettingsSchema.settings.first { $0.section == section && $0.key == name }
            guard let setting = declared else { throw unknown(name, in: section, place) }
            try assign(setting, value, place, base, to: &settings)
        }
    }

    private func assign(
        _ setting: Setting<DaemonSettings>,
        _ node: Node,
        _ place: Place,
        _ base: URL,
        to settings: inout DaemonSettings
    ) throws(DaemonError) {
        var node = node
        if setting.isPath, node.scalar?.string.contains("\0") == true {
            throw DaemonError(
                .invalidConfiguration,
                "\(place): \(setting.path): \(shown(node)) holds a NUL, at which the system would cut it; "
                    + "correct the path"
            )
        }
        // A word that is no text, such as `null` or `5`, names no file.
        if setting.isPath, case .text(let path) = SettingNode(node), !path.isEmpty, !path.hasPrefix("/") {
            node = Node(base.appending(path: path).standardizedFileURL.path(percentEncoded: false), Tag(.str))
        }
        guard setting.assign(SettingNode(node), to: &settings) else {
            throw DaemonError(
                .invalidConfiguration,
                "\(place): \(setting.path): \(shown(node)) is of the wrong type; write \(setting.expectation)"
            )
        }
    }

    private func applyEnvironment(to settings: inout DaemonSettings) throws(DaemonError) {
        let base = URL(filePath: FileManager.default.currentDirectoryPath, directoryHint: .isDirectory)
        let entries = Dictionary(
            uniqueKeysWithValues: SettingsSchema.settings.map { ($0.environmentName, $0) }
        )
        let prefixes = SettingsSchema.sections.map { "AUTODIDACT_\($0.name.uppercased())_" }
        for (name, value) in environment.sorted(by: { $0.key < $1.key }) where name.hasPrefix("AUTODIDACT_") {
            guard let setting = entries[name] else {
                if prefixes.contains(where: name.hasPrefix) {
                    throw DaemonError(
                        .invalidConfiguration,
                        "the environment variable \(name) names no setting; unset it, "
                            + "or see \"autodidactd --print-default-config\" for the names"
                    )
                }
                continue
            }
            let node =
                setting.isText
                ? Node(value, Tag(.str)) : (try? compose(yaml: value)) ?? Node(value, Tag(.str))
            try assign(
                setting,
                node,
                Place(file: "environment variable \(name)", line: nil),
                base,
                to: &settings
            )
        }
    }

    /// systemd's directories are used if the configuration names none; each may list several.
    private func fillPaths(of settings: inout DaemonSettings, besides file: String) {
        func first(_ name: String) -> String? {
            environment[name]?.split(separator: ":").first.map(String.init)
        }
        if settings.stateDirectory.isEmpty {
            settings.stateDirectory =
                first("STATE_DIRECTORY")
                ?? URL(filePath: file).deletingLastPathComponent().appending(path: "state")
                .standardizedFileURL
                .path(percentEncoded: false)
        }
        if settings.socket.isEmpty, let runtime = first("RUNTIME_DIRECTORY") {
            settings.socket = runtime + "/control.sock"
        }
    }

    private func unknown(_ name: String, in section: String?, _ place: Place) -> DaemonError {
        let known =
            SettingsSchema.settings.filter { $0.section == section }.map(\.key)
            + (section == nil ? SettingsSchema.sections.map(\.name) : [])
        let path = section.map { "\($0).\(name)" } ?? name
        let whereFrom = section.map { "in \($0)" } ?? "at the top level"
        return DaemonError(
            .invalidConfiguration,
            "\(place): unknown key \(path); known \(whereFrom): \(known.joined(separator: ", "))"
        )
    }

    private func shown(_ node: Node) -> String { SettingNode(node).shown }

    private func oneLine(_ error: any Error) -> String {
        "\(error)".split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.joined(
            separator: " "
        )
    }
}

/// Where a setting is.
struct Place: CustomStringConvertible {
    let file: String
    let line: Int?

    var description: String { line.map { "\(file):\($0)" } ?? file }
}
