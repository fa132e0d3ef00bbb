import Foundation
import Loop
import Store
import Yams

/// A study as its file describes it.
package struct StudyFile: Sendable {
    /// Settings of one arm.
    package struct Arm: Sendable {
        /// Its name, which is that of its state directory.
        package let name: String
        /// Where the file names it.
        let place: String
        /// The shared settings with its own over them.
        package let settings: DaemonSettings
    }

    /// Held-out questions below which differences of a few points are chance.
    static let usualHeldOut = 1000

    /// Its path.
    package let path: String
    /// What all arms share.
    package private(set) var shared: DaemonSettings
    /// The arms, in order.
    package private(set) var arms: [Arm] = []
    /// The arm that the others are compared with.
    package private(set) var reference = ""
    /// The seeds, in order.
    package private(set) var seeds: [UInt64] = []
    /// Fewest gate questions, and fewest test questions.
    package private(set) var minHeldOut = Self.usualHeldOut
    /// Sampled answers of the base model to each held-out question; 0 asks for none.
    package private(set) var baselineVotes = 0
    /// Where the study's state is.
    package private(set) var state = ""

    private static let keys = [
        "config", "state", "reference", "seeds", "minHeldOut", "baselineVotes", "settings", "arms",
    ]

    /// Reads a study file and the configuration that it names; writes nothing.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - environment: What lies over the configuration.
    /// - Throws: `DaemonError` `invalid_configuration`, naming the place.
    package init(_ path: String, environment: [String: String]) throws(DaemonError) {
        self.path = path
        let root = try Self.mapping(of: path)
        for (key, _) in root where !Self.keys.contains(key.scalar?.string ?? "?") {
            throw Self.fault(
                path,
                key,
                "unknown key \(key.scalar?.string ?? "?"); known: \(Self.keys.joined(separator: ", "))"
            )
        }
        let reader = SettingsReader(environment: environment)
        let config = try Self.file(root, "config", of: path)
        state = try Self.file(root, "state", of: path)
        shared = try reader.read(file: config)
        if let own = root["settings"] {
            guard let mapping = own.mapping else {
                throw Self.fault(path, own, "settings: write sections as in a configuration file below it")
            }
            try reader.apply(mapping, of: path, to: &shared)
        }
        shared.stateDirectory = state
        shared.socket = state + "/control.sock"
        seeds = try Self.seeds(root, of: path)
        if let node = root["minHeldOut"] {
            guard let count = node.int, count > 0 else {
                throw Self.fault(path, node, "minHeldOut: write a whole number from 1 on, such as 1000")
            }
            minHeldOut = count
        }
        if let node = root["baselineVotes"] {
            guard let count = node.int, (0...4096).contains(count) else {
                throw Self.fault(path, node, "baselineVotes: write a whole number from 0 to 4096, such as 8")
            }
            baselineVotes = count
        }
        arms = try Self.arms(root, of: path, reader, over: shared)
        guard let name = root["reference"], let reference = name.scalar?.string,
            arms.contains(where: { $0.name == reference })
        else {
            throw Self.fault(
                path,
                root["reference"],
                "reference: name the arm that the others are compared with, one of "
                    + arms.map(\.name).joined(separator: ", ")
            )
        }
        self.reference = reference
    }

    private static func mapping(of path: String) throws(DaemonError) -> Node.Mapping {
        let data = try ReadFile.data(path, of: "the study file")
        let root: Node?
        do {
            root = try compose(yaml: String(decoding: data, as: UTF8.self))
        } catch {
            let text = "\(error)".split(separator: "\n").joined(separator: " ")
            throw DaemonError(.invalidConfiguration, "\(path): not YAML: \(text); correct the line named")
        }
        guard let mapping = root?.mapping else {
            throw DaemonError(
                .invalidConfiguration,
                "\(path): no keys at the top level; write \"config: FILE\", \"arms:\" and so on"
            )
        }
        return mapping
    }

    private static func file(_ root: Node.Mapping, _ key: String, of path: String) throws(DaemonError)
        -> String
    {
        guard let node = root[key], let text = node.scalar?.string, !text.isEmpty, !text.contains("\0") else {
            throw fault(path, root[key], "\(key): write a path")
        }
        let base = URL(filePath: path).deletingLastPathComponent()
        let url = text.hasPrefix("/") ? URL(filePath: text) : base.appending(path: text)
        return url.standardizedFileURL.path(percentEncoded: false)
    }

    private static func seeds(_ root: Node.Mapping, of path: String) throws(DaemonError) -> [UInt64] {
        guard let list = root["seeds"], let nodes = list.sequence, !nodes.isEmpty else {
            throw fault(path, root["seeds"], "seeds: write a list of whole numbers, such as [1, 2, 3]")
        }
        var seeds: [UInt64] = []
        for node in nodes {
            guard let text = node.scalar?.string, let seed = UInt64(text) else {
                throw fault(path, node, "seeds: \(SettingNode(node).shown) is no whole number from 0 on")
            }
            guard !seeds.contains(seed) else {
                throw fault(path, node, "seeds: \(seed) is there twice; remove one")
            }
            seeds.append(seed)
        }
        return seeds
    }

    private static func arms(
        _ root: Node.Mapping,
        of path: String,
        _ reader: SettingsReader,
        over shared: DaemonSettings
    ) throws(DaemonError) -> [Arm] {
        guard let list = root["arms"], let nodes = list.sequence, !nodes.isEmpty else {
            throw fault(
                path,
                root["arms"],
                "arms: write a list, such as \"- name: lmsi\" with settings below"
            )
        }
        var arms: [Arm] = []
        for node in nodes {
            guard let mapping = node.mapping, let name = mapping["name"]?.scalar?.string else {
                throw fault(path, node, "arms: give each arm a name, such as \"- name: lmsi\"")
            }
            let at = mapping["name"] ?? node
            guard isName(name) else {
                throw fault(
                    path,
                    at,
                    "arms: \(name.settingText) cannot be the name of a directory and a table's row; use letters, digits, "
                        + "\"-\" and \"_\", and neither \(StudyDirectory.shared) nor \(StudyResults.base)"
                )
            }
            guard !arms.contains(where: { $0.name.lowercased() == name.lowercased() }) else {
                throw fault(path, at, "arms: \(name) is there twice; give one of them another name")
            }
            var settings = shared
            try apply(mapping, of: path, reader, arm: name, to: &settings)
            guard settings.round.hasOptionOrders(of: shared.round) else {
                throw fault(
                    path,
                    mapping["vote"] ?? at,
                    "arm \(name): vote.answerKind may not differ between arms where generate.permuteOptions is on: it decides in "
                        + "which order candidates see the options"
                )
            }
            arms.append(Arm(name: name, place: "\(place(path, at)): arm \(name)", settings: settings))
        }
        return arms
    }

    /// Puts an arm's own settings over the shared ones; refuses what candidates depend on.
    private static func apply(
        _ mapping: Node.Mapping,
        of path: String,
        _ reader: SettingsReader,
        arm: String,
        to settings: inout DaemonSettings
    ) throws(DaemonError) {
        for (key, value) in mapping {
            let section = key.scalar?.string ?? "?"
            if section == "name" { continue }
            guard JournalStore.forkedSections.contains(section) else {
                let first = value.mapping?.first?.key.scalar?.string
                throw fault(
                    path,
                    key,
                    "arm \(arm): \([section, first].compactMap { $0 }.joined(separator: ".")) may not differ between arms, "
                        + "which share their candidates; only \(JournalStore.forkedSections.joined(separator: ", ")) may"
                )
            }
            try reader.apply(Node.Mapping([(key, value)]), of: path, to: &settings)
            if section == "select", value.mapping?["policy"] != nil, value.mapping?["filters"] == nil {
                // Those of the shared settings would take the place of the policy that the arm names.
                settings.round.select.filters = []
            }
        }
    }

    private static func isName(_ name: String) -> Bool {
        name.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9_-]{0,63}/) != nil
            && ![StudyDirectory.shared, StudyResults.base].contains(name.lowercased())
    }

    private static func place(_ path: String, _ node: Node?) -> Place {
        Place(file: path, line: node?.mark?.line)
    }

    private static func fault(_ path: String, _ node: Node?, _ message: String) -> DaemonError {
        DaemonError(.invalidConfiguration, "\(place(path, node)): \(message)")
    }
}
