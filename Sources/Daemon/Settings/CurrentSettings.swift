import Synchronization

/// The current settings: those read at start until a reload replaces all of them.
package final class CurrentSettings: Sendable {
    private let state: Mutex<DaemonSettings>

    /// Holds the settings read at start.
    package init(_ settings: DaemonSettings) { state = Mutex(settings) }

    /// The settings as they are now.
    package var value: DaemonSettings { state.withLock { $0 } }

    /// Takes new settings.
    package func replace(_ settings: DaemonSettings) { state.withLock { $0 = settings } }
}
