import ControlAPI
import Foundation
import ServiceLifecycle

/// Tells the service manager what goes on and feeds its watchdog, but only while work moves or rests on purpose.
struct NotifyService: Service {
    private let status: @Sendable () async -> String
    private let hub: EventHub
    private let watchdog: Watchdog?

    /// Builds the service.
    ///
    /// - Parameters:
    ///   - status: One line about the present.
    ///   - hub: Gets a heartbeat for idle streams.
    ///   - pulse: What must move.
    ///   - environment: Where the manager says how often it wants to hear from us.
    init(
        status: @escaping @Sendable () async -> String,
        hub: EventHub,
        pulse: Pulse,
        environment: [String: String]
    ) {
        self.status = status
        self.hub = hub
        self.watchdog = Systemd.watchdogInterval(environment: environment).map {
            Watchdog(interval: $0, pulse: pulse)
        }
    }

    /// Runs until shutdown; the status goes out at most once a second, and only when it changed.
    func run() async throws {
        watchdog?.start()
        defer {
            Systemd.notify("STOPPING=1\nSTATUS=stopping")
            watchdog?.stop()
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

/// Pings from a thread of its own: a starved cooperative pool must not look like a stalled engine, nor hide one.
private final class Watchdog: Sendable {
    private let interval: Duration
    private let pulse: Pulse
    private let stopSignal = DispatchSemaphore(value: 0)

    init(interval: Duration, pulse: Pulse) {
        self.interval = interval
        self.pulse = pulse
    }

    func start() {
        let thread = Thread { [self] in
            var last = -1
            let seconds =
                Double(interval.components.seconds) + Double(interval.components.attoseconds) * 1e-18
            repeat {
                let count = pulse.count
                if count != last || pulse.isResting { Systemd.notify("WATCHDOG=1") }
                last = count
            } while stopSignal.wait(timeout: .now() + seconds) == .timedOut
        }
        thread.name = "watchdog"
        thread.start()
    }

    func stop() { stopSignal.signal() }
}
