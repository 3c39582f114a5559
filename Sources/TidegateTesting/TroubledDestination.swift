import Destinations
import Foundation
import TidegateModel

/// A directory destination that plays being in trouble, rightly or with one thing wrong.
package struct TroubledDestination: FileDestination {
    /// What both clients of a fixture share.
    final class Line: Sendable {
        let isBroken = Locked(true)
        let (silence, fall) = AsyncStream.makeStream(of: Void.self)
    }

    static let secret = "s3cr&t w%rd"
    private let path: String
    private let trouble: Trouble
    private let flaw: BrokenDestination.Flaw?
    private let uploads: UploadJournal
    private let line: Line
    private let sound: DirectoryDestination

    static func fixture(_ trouble: Trouble, _ flaw: BrokenDestination.Flaw?) throws -> DestinationFixture {
        let staging = try TemporaryFolder()
        let path = staging.path("place/outbox")
        let (line, uploads) = (Line(), UploadJournal.inMemory())
        let destination = TroubledDestination(
            path: path,
            trouble: trouble,
            flaw: flaw,
            uploads: uploads,
            line: line,
            sound: DirectoryDestination(path: path)
        )
        var fixture = DestinationFixture(
            destination: destination,
            reopened: destination,
            backDoor: .folder(path),
            staging: staging,
            uploads: uploads
        )
        fixture.secrets = [secret]
        fixture.missing = path
        fixture.reached = { for await _ in line.silence {} }
        return fixture
    }

    package var traits: FileDestinationTraits { sound.traits }

    package func check() async throws(DeliveryError) -> String {
        if flaw == .checksNothing { return "place is fine" }
        try refuse()
        return try await sound.check()
    }

    package func deliver(_ file: StagedFile, fence: Fence) async throws(DeliveryError) -> Receipt {
        try refuse()
        guard line.isBroken.withLock({ $0 }) else { return try await goOn(file, fence) }
        switch trouble {
        case .fallsSilent: try await fallSilent(file, fence)
        case .losesConnectionEarly: try loseEarly(file, fence)
        case .losesConnectionLate: try await loseLate(file, fence)
        case .isFull: try runFull(file)
        case .refusesWriting, .refusesCredentials, .isMissing: break
        }
        return try await sound.deliver(file, fence: fence)
    }

    package func receipt(for name: String) async throws(DeliveryError) -> Receipt? {
        if trouble == .refusesCredentials { try refuse() }
        return try await sound.receipt(for: name)
    }

    package func sweep(before fence: Fence) async throws(DeliveryError) -> Int {
        if trouble == .refusesCredentials { try refuse() }
        return try await sound.sweep(before: fence)
    }

    package func remove(_ name: String) async throws(DeliveryError) {
        if trouble == .refusesCredentials { try refuse() }
        try await sound.remove(name)
    }
}

extension TroubledDestination {
    private func refuse() throws(DeliveryError) {
        let sentence: String
        switch trouble {
        case .refusesWriting: sentence = "folder '\(path)' cannot be written to, permission denied"
        case .refusesCredentials:
            sentence = "server refuses user 'u'" + (flaw == .repeatsSecrets ? " with '\(Self.secret)'" : "")
        case .isMissing: sentence = flaw == .staysSilentAboutWhat ? "it is not there" : "folder '\(path)' is missing"
        case .fallsSilent, .losesConnectionEarly, .losesConnectionLate, .isFull: return
        }
        throw flaw == .saysTransient ? .transient(sentence) : .rejected(sentence)
    }

    private func fallSilent(_ file: StagedFile, _ fence: Fence) async throws(DeliveryError) {
        let hidden = try writeHalf(file, fence)
        line.fall.finish()
        let (end, never) = AsyncStream.makeStream(of: Void.self)
        for await _ in end {}
        never.finish()
        if flaw == .saysTransient { throw .transient("server does not answer") }
        if flaw == .publishesWhatCame { write(half(file), to: file.name) }
        if flaw != .losesTrack { try? FileManager.default.removeItem(atPath: path + "/" + hidden) }
        throw .cancelled
    }

    private func loseEarly(_ file: StagedFile, _ fence: Fence) throws(DeliveryError) {
        let hidden = try writeHalf(file, fence)
        if flaw != .staysBroken { line.isBroken.withLock { $0 = false } }
        if flaw == .losesTrack { write(half(file), to: hidden + "~") }
        if flaw == .publishesWhatCame { write(half(file), to: file.name) }
        switch flaw {
        case .saysRejected: throw .rejected("server broke the connection")
        case .saysUncertain: throw .uncertain("server broke the connection")
        default: throw .transient("server broke the connection")
        }
    }

    private func loseLate(_ file: StagedFile, _ fence: Fence) async throws(DeliveryError) {
        line.isBroken.withLock { $0 = false }
        if flaw == .publishesWhatCame {
            write(half(file), to: file.name)
        } else {
            _ = try await sound.deliver(file, fence: fence)
        }
        if flaw == .saysNothingArrived { throw .transient("server broke the connection") }
        throw flaw == .saysRejected ? .rejected("server broke the connection") : .uncertain("server does not answer")
    }

    private func runFull(_ file: StagedFile) throws(DeliveryError) {
        if flaw == .publishesWhatCame { write(half(file), to: file.name) }
        throw flaw == .saysRejected ? .rejected("the disk is full") : .transient("the disk is full")
    }

    private func goOn(_ file: StagedFile, _ fence: Fence) async throws(DeliveryError) -> Receipt {
        guard flaw == .goesOnBlindly, let part = try uploads.noted(file.name) else {
            try uploads.forget(file.name)
            return try await sound.deliver(file, fence: fence)
        }
        let begun = FileManager.default.contents(atPath: path + "/" + part) ?? half(file)
        write(begun + bytes(file), to: file.name)
        return Receipt(path: path, name: file.name, size: file.size, modifiedAt: nil)
    }

    private func bytes(_ file: StagedFile) -> Data { FileManager.default.contents(atPath: file.path) ?? Data() }

    private func half(_ file: StagedFile) -> Data { bytes(file).prefix(file.size / 2) }

    private func writeHalf(_ file: StagedFile, _ fence: Fence) throws(DeliveryError) -> String {
        let hidden = TemporaryName(fence, for: file.name).text
        write(half(file), to: hidden)
        if flaw != .losesTrack { try uploads.note(file.name, hidden) }
        return hidden
    }

    private func write(_ bytes: Data, to name: String) {
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try? bytes.write(to: URL(filePath: path + "/" + name))
    }
}
