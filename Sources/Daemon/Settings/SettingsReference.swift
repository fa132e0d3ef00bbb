import Loop

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
        for setting in SettingsSchema.settings where setting.section == nil {
            lines += ["", comment(setting, indent: ""), "\(setting.key): \(setting.shown(in: settings))"]
        }
        for section in SettingsSchema.sections {
            lines += ["", "# \(section.documentation)", "\(section.name):"]
            for setting in SettingsSchema.settings where setting.section == section.name {
                lines += [comment(setting, indent: "  "), "  \(setting.key): \(setting.shown(in: settings))"]
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Every key, dotted, with its effective value as YAML.
    package static func values(of settings: DaemonSettings) -> [String: String] {
        Dictionary(uniqueKeysWithValues: SettingsSchema.settings.map { ($0.path, $0.shown(in: settings)) })
    }

    private static func comment(_ setting: Setting<DaemonSettings>, indent: String) -> String {
        "\(indent)# \(setting.meaning) [\(setting.environmentName)]"
    }
}
