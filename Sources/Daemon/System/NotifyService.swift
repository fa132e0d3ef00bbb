import ControlAPI
import Foundation
import ServiceLifecycle

/// Tells the service manager what is going on and feeds its watchdog, but only while work moves or rests on
/// purpose.
struct NotifyService: Service {
    private let status: @Sendable () async -> String
    private let hub: EventHub
    private let threads: ManagerThreads

    /// A service that has not started.
    ///
    /// - Parameters:
    ///   - status: One line about the current state.
    ///   - hub: Gets a heartbeat for idle streams.
    ///   - pulse: What must move.
    ///   - environment: Says how often the manager expects a signal.
    init(
        status: @escaping @Sendable () async -> String,
        hub: EventHub,
        pulse: Pulse,
        environment: [String: String]
    ) {
        self.status = status
        self.hub = hub
        threads = ManagerThreads(
            watchdogInterval: Systemd.watchdogInterval(environment: environment),
            pulse: pulse
        )
    }

    /// Runs until shutdown; the status goes out at most once a second, and only when it changed.
    func run() async throws {
        threads.feedWatchdog()
        defer {
            Systemd.notify("STOPPING=1\nSTATUS=stopping\n\(ManagerThreads.timeExtension)")
            threads.askForTimeToStop()
        }
        try? await cancelWhenGracefulShutdown {
            var last = ""
            var seconds = 0
            while true {
                let line = await status()
                if line != last { Systemd.notify("STATUS=\(line)") }
                last = line
                try await Task.sleep(for: .seconds(1))
                seconds += 1
                if seconds % ControlLimits.heartbeatSeconds == 0 { hub.send(.heartbeat) }
            }
        }
    }
}

/// Talks to the manager from its own threads.
///
/// A starved cooperative pool must neither look like a stalled engine nor hide one. They end with the
/// process.
private struct ManagerThreads: Sendable {
    /// How long the manager waits for more, once it has been asked for time.
    private static let extensionSeconds = 30
    /// After this many extensions, ten minutes, the manager cuts a stop short that does not end.
    private static let extensionLimit = 60

    static let timeExtension = "EXTEND_TIMEOUT_USEC=\(extensionSeconds * 1_000_000)"

    let watchdogInterval: Duration?
    let pulse: Pulse

    /// Feeds the watchdog for as long as work moves or rests on purpose.
    func feedWatchdog() {
        guard let watchdogInterval else { return }
        start("watchdog") { [pulse] in
            var last = -1
            while true {
                let count = pulse.count
                if count != last || pulse.isResting { Systemd.notify("WATCHDOG=1") }
                last = count
                Systemd.pause(for: watchdogInterval)
            }
        }
    }

    /// Asks for more time while the daemon stops: saving on a slow disk, or ending a large model's layer, may
    /// take longer than the manager waits.
    func askForTimeToStop() {
        start("stop") {
            for _ in 0..<Self.extensionLimit {
                Systemd.pause(for: .seconds(Self.extensionSeconds / 3))
                Systemd.notify(Self.timeExtension)
            }
        }
    }

    private func start(_ name: String, _ body: @escaping @Sendable () -> Void) {
        let thread = Thread(block: body)
        thread.name = name
        thread.start()
    }
}
