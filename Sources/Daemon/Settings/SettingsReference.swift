/// The documented configuration that `--print-default-config` prints and `examples/autodidact.yaml` holds.
package enum SettingsReference {
    /// The whole file, every key at its default.
    package static var text: String {
        let settings = DaemonSettings()
        var lines = [
            "# Configuration of autodidactd: every key with its default.",
            "# Relative paths are relative to this file. Unknown keys are refused. The environment variable in",
            "# brackets overrides the key (its relative paths are relative to the working directory).",
        ]
        for entry in SettingsSchema.entries where entry.section == nil {
            lines += ["", comment(entry, indent: ""), "\(entry.key): \(entry.print(settings))"]
        }
        for section in SettingsSchema.sections {
            lines += ["", "# \(section.documentation)", "\(section.name):"]
            for entry in SettingsSchema.entries where entry.section == section.name {
                lines += [comment(entry, indent: "  "), "  \(entry.key): \(entry.print(settings))"]
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Every key, dotted, with its effective value as YAML.
    package static func values(of settings: DaemonSettings) -> [String: String] {
        Dictionary(uniqueKeysWithValues: SettingsSchema.entries.map { ($0.path, $0.print(settings)) })
    }

    private static func comment(_ entry: SettingsEntry, indent: String) -> String {
        "\(indent)# \(entry.documentation) [\(entry.environmentName)]"
    }
}
