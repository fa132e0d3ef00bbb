import ControlAPI
import Foundation
import Glibc
import Loop

/// Runs `watch`: a task follows the daemon, this one shows what it reports.
struct Watcher {
    let session: Session
    let untilRound: RoundID?
    let timeout: Duration?
    let waitsForDaemon: Bool

    private enum Input: Sendable {
        case status(StatusReply)
        case block(ServerSentEvent)
        case restarted(after: Int)
        case removed(count: Int)
        case lost(Problem)
        case tick
        case timeout
        case failed(Problem)
    }

    func run() async throws {
        Interrupt.endWith130()
        let (inputs, feed) = AsyncStream.makeStream(of: Input.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await follow(feed) }
            group.addTask {
                while !Task.isCancelled {
                    try? await Task.sleep(for: .seconds(1))
                    feed.yield(.tick)
                }
            }
            if let timeout {
                group.addTask {
                    try? await Task.sleep(for: timeout)
                    feed.yield(.timeout)
                }
            }
            defer { group.cancelAll() }
            try await show(inputs)
        }
    }

    /// Connects, reports, and connects again until cancelled.
    private func follow(_ feed: AsyncStream<Input>.Continuation) async {
        let place = StreamPlace()
        var wasConnected = waitsForDaemon
        while !Task.isCancelled {
            do {
                let status = try await session.client.get(StatusReply.self, ControlRoute.status)
                wasConnected = true
                if place.lastEvent == nil {
                    let newest = status.events.last
                    (place.lastEvent, place.lastTime) = (newest?.id ?? 0, newest?.time)
                }
                feed.yield(.status(status))
                let isClosed = try await session.client.follow(
                    after: place.lastEvent,
                    at: place.lastTime
                ) { block in
                    if block.name == ServerSentEvent.epochName {
                        return enter(try decode(EpochItem.self, block), place, feed)
                    }
                    // The daemon goes on: what was missed comes again from the last number on.
                    if block.name == ServerSentEvent.laggedName { return false }
                    if let id = block.id {
                        (place.lastEvent, place.lastTime) = (id, try? decode(EventItem.self, block).time)
                    }
                    feed.yield(.block(block))
                    // After an event the state may be another one; events are rare.
                    guard block.id != nil else { return true }
                    feed.yield(.status(try await session.client.get(StatusReply.self, ControlRoute.status)))
                    return true
                }
                // At once: an older daemon is asked for a new epoch from its beginning, and any for a stream
                // that lagged from its end.
                if !isClosed { continue }
                feed.yield(.lost(Problem(.noDaemon, "the daemon closed the stream")))
            } catch is CancellationError {
                return
            } catch {
                let problem = error as? Problem ?? Problem(.internal, "\(error)")
                guard wasConnected, problem.name != .permission else {
                    feed.yield(.failed(problem))
                    return
                }
                feed.yield(.lost(problem))
            }
            try? await Task.sleep(for: .seconds(1))
        }
    }

    /// Takes the epoch that a stream begins with; false if numbers have begun again and the daemon, an older
    /// one, does not know it, so that another stream is asked for.
    private func enter(
        _ item: EpochItem,
        _ place: StreamPlace,
        _ feed: AsyncStream<Input>.Continuation
    ) -> Bool {
        let hasRestarted = item.hasRestarted(after: place.lastEvent ?? 0, in: place.epoch)
        place.epoch = item.epoch
        guard let start = item.restartedAfter ?? (hasRestarted ? item.firstEvent - 1 : nil) else {
            let count = item.lostCount(after: place.lastEvent ?? 0)
            if count > 0 { feed.yield(.removed(count: count)) }
            return true
        }
        (place.lastEvent, place.lastTime) = (start, nil)
        feed.yield(.restarted(after: start))
        return item.restartedAfter != nil
    }

    private func show(_ inputs: AsyncStream<Input>) async throws {
        var model = WatchModel()
        var screen = WatchScreen(session: session)
        defer { screen.close(model) }
        for await input in inputs {
            var mayHaveFinished = false
            switch input {
            case .status(let reply):
                let isNew = model.status == nil || model.lostReason != nil
                let events = model.take(reply)
                try screen.status(reply, isNew: isNew, events: events)
                mayHaveFinished = true
            case .block(let block) where block.name == ServerSentEvent.progressName:
                let item = try decode(ProgressItem.self, block)
                model.take(item)
                try screen.progress(item)
            case .block(let block) where block.id != nil:
                let event = try decode(EventItem.self, block)
                if model.take(event) { try screen.event(event) }
            case .block: break
            case .removed(let count): screen.removed(count)
            case .restarted(let start):
                model.restart(after: start)
                screen.restarted(after: start)
            case .lost(let problem):
                if model.lostReason == nil { screen.lost(problem, socketPath: session.client.socketPath) }
                model.lostReason = problem.detail
            case .tick: break
            case .timeout:
                let goal = untilRound.map { ", round \($0) has not finished" } ?? ""
                throw Problem(.timeout, "the time is up\(goal)", hint: "see \"autodidact status\"")
            case .failed(let problem): throw problem
            }
            screen.draw(model)
            if mayHaveFinished, let untilRound, let status = model.status {
                if try hasFinished(untilRound, status) { return }
            }
        }
    }

    private func decode<Item: Decodable>(_ type: Item.Type, _ block: ServerSentEvent) throws(Problem) -> Item
    {
        do {
            return try ControlCoding.decode(type, from: Data(block.data.utf8))
        } catch {
            throw Problem(.badReply, "cannot read the event \(block.name): \(error)")
        }
    }

    /// Whether the round has finished; throws when it never will without a person.
    private func hasFinished(_ round: RoundID, _ status: StatusReply) throws(Problem) -> Bool {
        // Rounds are numbered without gaps, and only the last one can be open.
        if status.finishedRoundCount >= round.rawValue { return true }
        let isOpen = status.round == round
        if !isOpen, status.state == .plateau || status.state == .completed {
            throw Problem(
                .conflict,
                "the loop waits (\(status.stopReason ?? status.state.rawValue)) after round \(status.finishedRoundCount), "
                    + "round \(round) will not start by itself",
                hint: status.stopAdvice
                    ?? (status.state == .completed
                        ? "raise loop.rounds and reload the configuration"
                        : "\"autodidact status\" says why, and what to do")
            )
        }
        return false
    }
}

/// Where in the stream the watcher is, handed out of the stream's handler.
///
/// Unchecked: written by the handler and read after `follow` has returned, both on the one following task.
private final class StreamPlace: @unchecked Sendable {
    var lastEvent: Int?
    var lastTime: String?
    var epoch: String?
}

private enum Interrupt {
    /// Ctrl-C ends with 130; a plain handler may only write and end.
    static func endWith130() {
        signal(SIGINT) { _ in
            _ = Glibc.write(STDERR_FILENO, "\n", 1)
            _exit(130)
        }
    }
}
