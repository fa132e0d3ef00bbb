import Foundation

/// What the operating system said, beneath an error of Foundation's or of the system's.
public enum SystemFailure {
    /// The number that the system gave.
    ///
    /// - Parameter error: Any error.
    /// - Returns: Such as `EACCES`; nil where no system call failed, or nobody knows which way.
    public static func number(of error: any Error) -> Int32? {
        if let error = error as? POSIXError { return error.code.rawValue }
        let bridged = error as NSError
        if bridged.domain == NSPOSIXErrorDomain { return Int32(exactly: bridged.code) }
        if let beneath = bridged.userInfo[NSUnderlyingErrorKey] as? any Error {
            return number(of: beneath)
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
