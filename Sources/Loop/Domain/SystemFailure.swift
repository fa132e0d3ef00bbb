import Foundation

/// The operating system's own error number behind an error of Foundation or of the system.
public enum SystemFailure {
    /// The number that the system gave.
    ///
    /// - Parameter error: Any error.
    /// - Returns: Such as `EACCES`; nil if no system call failed or its number is not known.
    public static func number(of error: any Error) -> Int32? {
        if let error = error as? POSIXError { return error.code.rawValue }
        let bridged = error as NSError
        if bridged.domain == NSPOSIXErrorDomain { return Int32(exactly: bridged.code) }
        if let cause = bridged.userInfo[NSUnderlyingErrorKey] as? any Error {
            return number(of: cause)
        }
        guard let error = error as? CocoaError else { return nil }
        switch error.code {
        case .fileReadNoPermission, .fileWriteNoPermission: return POSIXErrorCode.EACCES.rawValue
        case .fileWriteVolumeReadOnly: return POSIXErrorCode.EROFS.rawValue
        case .fileWriteOutOfSpace: return POSIXErrorCode.ENOSPC.rawValue
        default: return nil
        }
    }

    /// Whether the system refused because of an owner, a mode, or a file system that is mounted read-only.
    public static func isDenied(_ number: Int32) -> Bool {
        [POSIXErrorCode.EACCES, .EPERM, .EROFS].contains { $0.rawValue == number }
    }

    /// Whether an error is such a refusal.
    public static func isDenied(_ error: any Error) -> Bool { number(of: error).map(isDenied) ?? false }
}
