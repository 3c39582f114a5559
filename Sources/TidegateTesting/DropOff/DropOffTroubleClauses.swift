import Destinations
import Foundation
import Testing
import TidegateModel

extension DropOffContract {
    static let inTrouble: [Clause] = [
        Clause(
            "a place that is not there or may not be looked into is rejected by its name; a check says the same",
            in: [.isMissing, .refusesReading],
            brokenBy: [.saysTransient, .staysSilentAboutWhat, .checksNothing]
        ) { fixture in
            let errors = [
                await fixture.failure { _ = try await $0.files() }, await fixture.failure { _ = try await $0.check() },
            ]
            for error in errors {
                #expect(isRejected(error), "\(String(describing: error))")
                #expect(error?.sentence.contains(fixture.missing) == true, "\(String(describing: error))")
            }
        },
        Clause(
            "a place that may not be written to is rejected, and nothing changes",
            in: [.refusesWriting], brokenBy: [.saysTransient]
        ) { fixture in
            let files = try await fixture.place.files()
            let kept = try #require(files.first { $0.name == "kept.sync" })
            let errors = [
                await fixture.failure { try await $0.put([1], as: "new.receipt.json") },
                await fixture.failure { _ = try await $0.reject(kept) },
                await fixture.failure { try await $0.remove(kept) },
            ]
            for (number, error) in errors.enumerated() {
                #expect(isRejected(error), "\(number): \(String(describing: error))")
            }
            let names = try fixture.backDoor.names()
            #expect(names == ["kept.sync"])
        },
        Clause(
            "credentials that are refused are rejected, whatever was asked",
            in: [.refusesCredentials], brokenBy: [.saysTransient, .checksNothing]
        ) { fixture in
            let file = fixture.dropped("any", 3)
            let errors = [
                await fixture.failure { _ = try await $0.files() },
                await fixture.failure { try await $0.fetch(file, to: fixture.target()) },
                await fixture.failure { try await $0.put([1], as: "any") },
                await fixture.failure { _ = try await $0.reject(file) },
                await fixture.failure { try await $0.remove(file) },
                await fixture.failure { _ = try await $0.check() },
            ]
            for (number, error) in errors.enumerated() {
                #expect(isRejected(error), "\(number): \(String(describing: error))")
            }
        },
        Clause(
            "a connection lost while a file is read is transient, nothing of it stays, and the next attempt has it whole",
            in: [.losesConnection], brokenBy: [.saysRejected, .leavesParts, .staysBroken]
        ) { fixture in
            let bytes = FileDestinationContract.pattern(FileDestinationContract.largeSize)
            let file = try await fixture.listed(bytes, "large.sync.gz")
            let target = fixture.target()
            let error = await fixture.failure { try await $0.fetch(file, to: target) }
            #expect(isTransient(error), "\(String(describing: error))")
            let left = fixture.bytes(at: target)?.count
            #expect(left == nil)
            let again = await fixture.failure { try await $0.fetch(file, to: fixture.staging.path("again")) }
            let isWhole = fixture.bytes(at: fixture.staging.path("again")) == bytes
            #expect(again == nil && isWhole)
        },
        Clause(
            "fetching that is cancelled on its way says cancelled, and nothing stays",
            in: [.fallsSilent], brokenBy: [.saysTransient, .leavesParts]
        ) { fixture in
            let bytes = FileDestinationContract.pattern(FileDestinationContract.largeSize)
            let file = try await fixture.listed(bytes, "large.sync.gz")
            let target = fixture.target()
            let fetching = Task { try await fixture.place.fetch(file, to: target) }
            try await fixture.reached()
            fetching.cancel()
            await #expect(throws: DeliveryError.cancelled) { try await fetching.value }
            let left = fixture.bytes(at: target)?.count
            #expect(left == nil)
        },
        Clause(
            "no sentence holds a secret, whatever goes wrong",
            in: [nil] + DropOffTrouble.allCases.filter { $0 != .fallsSilent }, brokenBy: [.repeatsSecrets]
        ) { fixture in
            let large = fixture.dropped("large.sync.gz", FileDestinationContract.largeSize)
            try? fixture.drop(FileDestinationContract.pattern(FileDestinationContract.largeSize), "large.sync.gz")
            var sentences = [(try? await fixture.place.check()) ?? ""]
            let errors = [
                await fixture.failure { _ = try await $0.files() }, await fixture.failure { _ = try await $0.check() },
                await fixture.failure { try await $0.fetch(large, to: fixture.target()) },
                await fixture.failure { try await $0.put([1], as: "new") },
                await fixture.failure { _ = try await $0.reject(large) },
                await fixture.failure { try await $0.remove(large) },
            ]
            sentences += errors.compactMap { $0?.sentence }
            for secret in fixture.secrets where !secret.isEmpty {
                #expect(!sentences.contains { $0.contains(secret) }, "a secret is in a sentence")
            }
        },
    ]
}
