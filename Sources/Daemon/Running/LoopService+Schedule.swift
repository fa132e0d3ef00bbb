import ControlAPI
import Foundation
import Loop
import Store

// The loop works only when the schedule allows it.
extension LoopService {
    /// Whether the loop must not work now; an event says when that begins and when it ends.
    func waitsForSchedule() async throws -> Bool {
        let reason = schedule.reasonToWait(scheduleOptions, ownLoad: ownLoad)
        if let reason {
            enter(.waiting, "\(reason); goes on by itself")
            if !isHeldBySchedule {
                try await store.append([RoundEvent(.scheduled, message: "waits: \(reason)")])
            }
        } else if isHeldBySchedule {
            try await store.append([RoundEvent(.scheduled, message: "goes on: the schedule allows it")])
        }
        isHeldBySchedule = reason != nil
        return isHeldBySchedule
    }

    /// What the loop's own work has left in the load average of a minute, which forgets it by and by.
    private var ownLoad: Double {
        guard let workEnd else { return 0 }
        return Double(threadCount) * exp(-((ContinuousClock.now - workEnd) / .seconds(60)))
    }

    /// Ends the running phase once the schedule no longer allows it; its work since the last save is repeated later.
    func watchSchedule() async {
        while (try? await Task.sleep(for: schedule.interval)) != nil {
            guard schedule.reasonToWait(scheduleOptions, ownLoad: Double(threadCount)) != nil else {
                continue
            }
            wasInterrupted = true
            roundTask?.cancel()
            return
        }
    }
}
