import Foundation
import Glibc

/// What every process that the engine starts carries in its environment, and so do its own children.
///
/// Groups and sessions are not enough: torchrun puts each rank into its own session, and after the daemon was
/// killed nobody remembers a process id.
package struct ChildMark: Sendable {
    /// The variable's name.
    static let variable = "AUTODIDACT_CHILD"
    /// Its value, one per state directory and kind of program.
    package let value: String

    /// A mark.
    package init(value: String) { self.value = value }

    /// Running processes with the mark; those of other users cannot be read and are never ours.
    package func processes() -> [Int32] {
        let own = getpid()
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { pid_t($0) }.filter { $0 != own && isMarked($0) }
    }

    /// Sends a signal to all of them.
    package func send(_ signal: Int32) {
        for process in processes() { kill(process, signal) }
    }

    /// Ends them all: asks first, kills after a while, and waits until none is left.
    ///
    /// Not cut short by cancellation, which is what often brings us here.
    ///
    /// - Parameter patience: How long they may take to end by themselves.
    func end(patience: Duration) async {
        await Task.detached {
            let clock = ContinuousClock()
            send(SIGTERM)
            let start = clock.now
            while clock.now - start < patience, !processes().isEmpty {
                try? await Task.sleep(for: .milliseconds(50))
            }
            // A process that is being born may carry the mark only after the first look.
            for _ in 0..<100 {
                guard !processes().isEmpty else { return }
                send(SIGKILL)
                try? await Task.sleep(for: .milliseconds(50))
            }
        }.value
    }

    private func isMarked(_ process: pid_t) -> Bool {
        guard let environment = FileManager.default.contents(atPath: "/proc/\(process)/environ") else {
            return false
        }
        return environment.split(separator: 0).contains { $0.elementsEqual("\(Self.variable)=\(value)".utf8) }
    }
}
