import Destinations
import Foundation
import Testing
import TidegateModel

extension FileDestinationContract {
    static let interrupted: [Clause] = [
        Clause(
            "a delivery that is cancelled on its way says cancelled, publishes nothing and loses track of nothing",
            in: [.fallsSilent],
            brokenBy: [.saysTransient, .publishesWhatCame, .losesTrack]
        ) { fixture in
            let file = try fixture.stageLarge("halfway.csv")
            let delivery = Task { try await fixture.destination.deliver(file, fence: fence) }
            try await fixture.reached()
            delivery.cancel()
            await #expect(throws: DeliveryError.cancelled) { try await delivery.value }
            let left = try fixture.backDoor.names() + fixture.backDoor.unfinished()
            let notes = try fixture.uploads.names().compactMap { try fixture.uploads.noted($0) }
            #expect(left.filter { name in !notes.contains { $0.contains(name) } } == [])
            #expect(!left.contains("halfway.csv"))
        },
        Clause(
            "a connection lost before the last byte is transient, publishes nothing, and the next attempt delivers the file",
            in: [.losesConnectionEarly],
            brokenBy: [
                .publishesWhatCame, .losesTrack, .saysRejected, .saysUncertain, .staysBroken, .goesOnBlindly,
            ]
        ) { fixture in
            try fixture.backDoor.write([7, 7], "early.csv")
            let file = try fixture.stageLarge("early.csv")
            let error = await fixture.failure { _ = try await $0.deliver(file, fence: fence) }
            #expect(isTransient(error), "\(String(describing: error))")
            // Compared outside of the expectation, which would work out how megabytes differ.
            let isOld = try fixture.backDoor.read("early.csv") == [7, 7]
            #expect(isOld)
            try await deliverAgain(file, fixture)
        },
        Clause(
            "a connection lost after the last byte leaves the whole file or none, as the receipt says",
            in: [.losesConnectionLate],
            brokenBy: [.publishesWhatCame, .saysNothingArrived, .saysRejected]
        ) { fixture in
            let file = try fixture.stageLarge("late.csv")
            let error = await fixture.failure { _ = try await $0.deliver(file, fence: fence) }
            let isThere = try fixture.backDoor.names().contains("late.csv")
            switch error {
            // Nothing is published then, as what follows shows.
            case .transient: #expect(!isThere)
            case .uncertain: break
            default: Issue.record("\(String(describing: error)) instead of a transient or uncertain error")
            }
            if isThere {
                let isWhole = try fixture.backDoor.read("late.csv") == pattern(file.size)
                #expect(isWhole)
            }
            let receipt = try await fixture.reopened.receipt(for: "late.csv")
            #expect(receipt?.size == (isThere ? file.size : nil))
            try await deliverAgain(file, fixture)
        },
    ]

    static let refused: [Clause] = [
        Clause(
            "a place that is full is transient, and the old file stays",
            in: [.isFull],
            brokenBy: [.saysRejected, .publishesWhatCame]
        ) { fixture in
            try fixture.backDoor.write([7, 7], "full.csv")
            let file = try fixture.stageLarge("full.csv")
            let error = await fixture.failure { _ = try await $0.deliver(file, fence: fence) }
            #expect(isTransient(error), "\(String(describing: error))")
            let isOld = try fixture.backDoor.read("full.csv") == [7, 7]
            #expect(isOld)
            try await fixture.reopened.sweep(before: Fence(run: fence.run, attempt: fence.attempt + 1))
            let names = try fixture.backDoor.names()
            #expect(names == ["full.csv"])
        },
        Clause(
            "a place that may not be written to is rejected, by a check too, and nothing is written",
            in: [.refusesWriting],
            brokenBy: [.saysTransient, .checksNothing]
        ) { fixture in
            let file = try fixture.stage([1, 2, 3], as: "refused.csv")
            let before = try fixture.backDoor.names()
            let errors = [
                await fixture.failure { _ = try await $0.check() },
                await fixture.failure { _ = try await $0.deliver(file, fence: fence) },
            ]
            for error in errors { #expect(isRejected(error), "\(String(describing: error))") }
            let after = try fixture.backDoor.names()
            #expect(after == before)
        },
        Clause(
            "credentials that are refused are rejected, whatever was asked",
            in: [.refusesCredentials],
            brokenBy: [.saysTransient, .checksNothing]
        ) { fixture in
            let file = try fixture.stage([1, 2, 3], as: "stranger.csv")
            let errors = [
                await fixture.failure { _ = try await $0.check() },
                await fixture.failure { _ = try await $0.deliver(file, fence: fence) },
                await fixture.failure { _ = try await $0.receipt(for: "stranger.csv") },
                await fixture.failure { try await $0.remove("stranger.csv") },
                await fixture.failure { _ = try await $0.sweep(before: fence) },
            ]
            for (number, error) in errors.enumerated() {
                #expect(isRejected(error), "\(number): \(String(describing: error))")
            }
        },
        Clause(
            "a missing bucket or folder is made, or rejected by its name; a check says the same",
            in: [.isMissing],
            brokenBy: [.saysTransient, .staysSilentAboutWhat, .checksNothing]
        ) { fixture in
            let file = try fixture.stage([1, 2, 3], as: "first.csv")
            let checked = await fixture.failure { _ = try await $0.check() }
            let delivered = await fixture.failure { _ = try await $0.deliver(file, fence: fence) }
            #expect((checked == nil) == (delivered == nil))
            for error in [checked, delivered].compactMap(\.self) {
                #expect(isRejected(error) && error.sentence.contains(fixture.missing), "\(error)")
            }
            if delivered == nil {
                let held = try fixture.backDoor.read("first.csv")
                #expect(held == [1, 2, 3])
            }
        },
        Clause(
            "no sentence holds a secret, whatever goes wrong",
            in: [nil] + Trouble.allCases.filter { $0 != .fallsSilent },
            brokenBy: [.repeatsSecrets]
        ) { fixture in
            let file = try fixture.stageLarge("secret.csv")
            var sentences = [(try? await fixture.destination.check()) ?? ""]
            let errors = [
                await fixture.failure { _ = try await $0.check() },
                await fixture.failure { _ = try await $0.deliver(file, fence: fence) },
                await fixture.failure { _ = try await $0.receipt(for: "secret.csv") },
                await fixture.failure { _ = try await $0.sweep(before: fence) },
                await fixture.failure { try await $0.remove("secret.csv") },
            ]
            // The whole error, not its sentence only: nobody may print one either.
            sentences += errors.map { "\(String(describing: $0))" }
            for sentence in sentences {
                #expect(!fixture.secrets.contains { sentence.contains($0) }, "\(sentence)")
            }
        },
    ]

    /// As the engine does: what is left is swept, then a fresh client with the same journal delivers.
    private static func deliverAgain(_ file: StagedFile, _ fixture: DestinationFixture) async throws {
        let later = Fence(run: fence.run, attempt: fence.attempt + 1)
        try await fixture.reopened.sweep(before: later)
        let receipt = try await fixture.reopened.deliver(file, fence: later)
        let isWhole = try fixture.backDoor.read(file.name) == pattern(file.size)
        #expect(isWhole && receipt.size == file.size)
        try await fixture.reopened.sweep(before: Fence(run: fence.run, attempt: fence.attempt + 2))
        let (names, unfinished) = (try fixture.backDoor.names(), try fixture.backDoor.unfinished())
        #expect(names == [file.name])
        #expect(unfinished == [])
    }

    private static func isTransient(_ error: DeliveryError?) -> Bool {
        guard case .transient = error else { return false }
        return true
    }

    private static func isRejected(_ error: DeliveryError?) -> Bool {
        guard case .rejected = error else { return false }
        return true
    }
}

extension DestinationFixture {
    /// A file as `Trouble` describes it.
    fileprivate func stageLarge(_ name: String) throws -> StagedFile {
        let count = max(FileDestinationContract.largeSize, (partSize ?? 0) * 5 / 2)
        return try stage(FileDestinationContract.pattern(count), as: name)
    }

    /// Why something failed, or nil where it did not.
    fileprivate func failure(
        _ work: (any FileDestination) async throws -> Void
    ) async -> DeliveryError? {
        do {
            try await work(destination)
            return nil
        } catch let error as DeliveryError {
            return error
        } catch {
            Issue.record(error)
            return nil
        }
    }
}
