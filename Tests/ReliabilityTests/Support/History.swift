import Foundation
import Loop

/// A change that a client was told of, with the newest event before it was sent and after it was
/// acknowledged.
struct Acknowledgement: Sendable {
    /// The kind of event the change leaves.
    var kind: EventKind
    /// That event's message.
    var message: String
    /// The newest event before the change was sent.
    var after: Int
    /// The newest event once it was acknowledged.
    var upTo: Int
    /// Numbers of questions added, or of checkpoints pruned.
    var ids: [Int] = []
}

/// What must hold between acknowledgements and the journal's events.
enum History {
    /// Acknowledgements without an event of their own in their time, and events that nobody was told of.
    ///
    /// Events of one kind and message look alike. Each goes to the acknowledgement that must have one
    /// soonest, which finds an assignment whenever there is one.
    static func mismatches(_ events: [RoundEvent], _ acknowledged: [Acknowledgement]) -> [String] {
        struct Class: Hashable {
            let kind: EventKind
            let message: String
        }
        let kinds = Set(acknowledged.map(\.kind))
        let waiting = Dictionary(grouping: acknowledged) { Class(kind: $0.kind, message: $0.message) }
        let happened = Dictionary(grouping: events.filter { kinds.contains($0.kind) }) {
            Class(kind: $0.kind, message: $0.message)
        }
        return Set(waiting.keys).union(happened.keys).flatMap { name -> [String] in
            var open = (waiting[name] ?? []).sorted { $0.upTo < $1.upTo }
            var found: [String] = []
            for event in (happened[name] ?? []).sorted(by: { $0.id < $1.id }) {
                if let index = open.firstIndex(where: { $0.after < event.id && event.id <= $0.upTo }) {
                    open.remove(at: index)
                } else {
                    found.append("event \(event.id), \(event.message), was acknowledged to nobody")
                }
            }
            return found
                + open.map { "\($0.message), acknowledged between \($0.after) and \($0.upTo), is lost" }
        }
    }

    /// Question numbers that contradict the order of acknowledgements.
    static func disorder(_ acknowledged: [Acknowledgement]) -> [String] {
        let added = acknowledged.filter { $0.kind == .questionsAdded && !$0.ids.isEmpty }
            .sorted { $0.ids[0] < $1.ids[0] }
        var (latest, last, found) = (0, 0, [String]())
        for one in added {
            if one.upTo <= latest {
                found.append(
                    "questions \(one.ids) come after some that were sent when they were acknowledged"
                )
            }
            if one.ids[0] <= last { found.append("questions \(one.ids) were given out twice") }
            (latest, last) = (max(latest, one.after), one.ids.max() ?? last)
        }
        return found
    }

    /// Pauses and pins that do not take turns with their opposites, and where the events say things stand.
    static func switches(_ events: [RoundEvent]) -> (isPaused: Bool, pinned: Set<String>, faults: [String]) {
        var (isPaused, pinned, faults) = (false, Set<String>(), [String]())
        for event in events {
            switch event.kind {
            case .paused, .resumed:
                if isPaused == (event.kind == .paused) {
                    faults.append("event \(event.id): \(event.message) twice")
                }
                isPaused = event.kind == .paused
            case .pinned:
                let words = event.message.split(separator: " ").map(String.init)
                let isPinned = words[2] == "pinned"
                if pinned.contains(words[1]) == isPinned {
                    faults.append("event \(event.id): \(event.message) twice")
                }
                if isPinned { pinned.insert(words[1]) } else { pinned.remove(words[1]) }
            default: break
            }
        }
        return (isPaused, pinned, faults)
    }

    /// The checkpoint that is current after all promotions and rollbacks.
    static func current(_ events: [RoundEvent], _ rounds: [RoundOutline]) -> Int? {
        let made = Dictionary(
            uniqueKeysWithValues: rounds.map { ("round \($0.id)", $0.checkpoint?.rawValue) }
        )
        return events.reduce(0) { current, event in
            switch event.kind {
            case .roundPromoted: event.round.flatMap { made["round \($0)"] } ?? nil
            case .rolledBack:
                event.message.hasSuffix("the base model")
                    ? 0
                    : event.message.range(of: "round ", options: .backwards).flatMap {
                        made[String(event.message[$0.lowerBound...])]
                    } ?? nil
            default: current
            }
        }
    }
}
