import Destinations
import Foundation
import TidegateModel

/// A folder as a drop-off that plays being in trouble, rightly or with one thing wrong.
package struct TroubledDropOff: DropOffPlace {
    final class Line: Sendable {
        let isBroken = Locked(true)
        let (silence, fall) = AsyncStream.makeStream(of: Void.self)
    }

    static let secret = "s3cr&t w%rd"
    let path: String
    let trouble: DropOffTrouble
    let flaw: BrokenDropOff.Flaw?
    let line: Line
    let sound: any DropOffPlace

    package func look() async throws(DeliveryError) -> DropOffLook {
        if trouble != .refusesWriting { try refuse() }
        return try await sound.look()
    }

    package func check() async throws(DeliveryError) -> String {
        if flaw == .checksNothing { return "place is fine" }
        if trouble != .refusesWriting { try refuse() }
        return try await sound.check()
    }

    package func fetch(_ file: DroppedFile, to path: String) async throws(DeliveryError) {
        if trouble != .refusesWriting { try refuse() }
        guard line.isBroken.withLock({ $0 }) else { return try await sound.fetch(file, to: path) }
        switch trouble {
        case .losesConnection:
            if flaw != .staysBroken { line.isBroken.withLock { $0 = false } }
            leavePart(path)
            throw flaw == .saysRejected ? .rejected("connection is lost") : .transient("connection is lost")
        case .fallsSilent:
            line.fall.finish()
            let (end, never) = AsyncStream.makeStream(of: Void.self)
            for await _ in end {}
            never.finish()
            leavePart(path)
            throw flaw == .saysTransient ? .transient("place does not answer") : .cancelled
        default: try await sound.fetch(file, to: path)
        }
    }

    package func put(_ bytes: [UInt8], as name: String) async throws(DeliveryError) {
        try refuse()
        try await sound.put(bytes, as: name)
    }

    package func reject(_ file: DroppedFile, as name: String) async throws(DeliveryError) {
        try refuse()
        try await sound.reject(file, as: name)
    }

    package func remove(_ file: DroppedFile) async throws(DeliveryError) {
        try refuse()
        try await sound.remove(file)
    }

    private func leavePart(_ path: String) {
        guard flaw == .leavesParts else { return }
        try? Data([1]).write(to: URL(filePath: path, directoryHint: .notDirectory))
    }

    private func refuse() throws(DeliveryError) {
        let sentence: String
        switch trouble {
        case .refusesReading, .isMissing:
            sentence = flaw == .staysSilentAboutWhat ? "it is not there" : "folder '\(path)' cannot be listed"
        case .refusesWriting: sentence = "folder '\(path)' cannot be written to"
        case .refusesCredentials:
            sentence = "server refuses user 'u'" + (flaw == .repeatsSecrets ? " with '\(Self.secret)'" : "")
        case .fallsSilent, .losesConnection: return
        }
        throw flaw == .saysTransient ? .transient(sentence) : .rejected(sentence)
    }
}
