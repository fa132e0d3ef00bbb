import Foundation
import Loop

/// What must be true after everything that a careless user was told.
///
/// It is changed by replies alone, so that what a request did without saying so is found, too.
struct CarelessModel {
    /// Questions that the files brought at the first start.
    var firstCount = 0
    /// Acknowledged questions by number.
    var questions: [Int: String] = [:]
    /// Questions out of use.
    var retired: Set<Int> = []
    /// Pinned checkpoints.
    var pinned: Set<Int> = []
    /// Checkpoints whose adapters a person removed.
    var pruned: Set<Int> = []
    var isPaused = false
    /// Rollbacks that changed something: the checkpoints before and after.
    var rollbacks: [[Int]] = []
    /// How many acknowledged changes must have left an event of each kind.
    var told: [EventKind: Int] = [:]
    /// Files of each export, with their sizes.
    var exports: [String: [String: Int]] = [:]

    /// Rounds that were seen finished, with all that their row holds.
    private var finished: [Int: String] = [:]
    /// Events that were seen, by number less one.
    private var events: [String] = []

    /// How many rounds were seen finished.
    var finishedCount: Int { finished.count }

    /// What contradicts a look at the journal; what is new in it is remembered.
    mutating func faults(in look: JournalLook) -> [String] {
        confirmedFaults(in: look) + historyFaults(in: look)
    }

    /// Everything that was confirmed is there, and nothing else.
    private func confirmedFaults(in look: JournalLook) -> [String] {
        var faults: [String] = []
        let added = look.questions.filter { $0.key > firstCount }
        for (id, text) in questions where added[id] != text {
            faults.append("question \(id), \(text), was confirmed and is \(added[id] ?? "not there")")
        }
        for (id, text) in added where questions[id] == nil {
            faults.append("question \(id), \(text), is there and was never confirmed")
        }
        if look.retired != retired { faults.append(Self.other("retired questions", retired, look.retired)) }
        if look.pinned != pinned { faults.append(Self.other("pinned checkpoints", pinned, look.pinned)) }
        if !pruned.isSubset(of: look.pruned) {
            faults.append(Self.other("pruned checkpoints", pruned, look.pruned))
        }
        if look.isPaused != isPaused { faults.append("paused is \(look.isPaused), confirmed \(isPaused)") }
        if look.rollbacks != rollbacks {
            faults.append("rollbacks are \(look.rollbacks), confirmed \(rollbacks)")
        }
        for (kind, count) in told.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            let found = look.events.count {
                $0.kind == kind && !$0.message.hasSuffix("from the configured files")
            }
            if found != count { faults.append("\(found) events \(kind.rawValue), confirmed \(count)") }
        }
        return faults
    }

    /// What has happened stays as it was, and its parts fit together.
    private mutating func historyFaults(in look: JournalLook) -> [String] {
        var faults: [String] = []
        for (id, row) in finished where look.finished[id] != row {
            faults.append("finished round \(id) was \(row) and is \(look.finished[id] ?? "not there")")
        }
        finished.merge(look.finished) { old, _ in old }
        for (place, event) in look.events.enumerated() where event.id != place + 1 {
            faults.append("event \(event.id) is where \(place + 1) is expected")
            break
        }
        let told = look.events.map(JournalLook.text)
        if told.count < events.count || !zip(told, events).allSatisfy(==) {
            let pair = zip(told, events).first { $0 != $1 }
            faults.append(
                "\(told.count) events, \(events.count) were seen; changed: \(pair.map { "\($0)" } ?? "none")"
            )
        }
        events = told
        for event in look.events where event.kind == .checkpointCorrupt {
            faults.append("event \(event.id): \(event.message), though nobody damaged one")
        }
        faults += look.failed.map { "round \($0) failed, though it should have waited" }
        let switches = History.switches(look.events)
        faults += switches.faults
        if switches.isPaused != look.isPaused { faults.append("events and the journal differ on the pause") }
        if switches.pinned != Set(look.pinned.map(String.init)) {
            faults.append("events say that \(switches.pinned) are pinned, the journal \(look.pinned)")
        }
        let current = History.current(look.events, look.outlines)
        if current != look.current {
            faults.append("checkpoint \(look.current) is current, after its events \(current ?? -1)")
        }
        return faults
    }

    private static func other(_ what: String, _ confirmed: Set<Int>, _ found: Set<Int>) -> String {
        "\(what): \(found.sorted()), confirmed \(confirmed.sorted())"
    }
}
