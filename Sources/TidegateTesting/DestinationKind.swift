import Destinations
import Foundation
import Testing
import TidegateModel

/// One kind of destination, from which the contract makes a fixture for each clause.
package struct DestinationKind: Sendable, CustomTestStringConvertible {
    package typealias Maker = @Sendable () async throws -> DestinationFixture

    package let testDescription: String
    package let traits: FileDestinationTraits
    /// In bytes; nil where files are not sent in parts.
    package let partSize: Int?
    package let makeFixture: Maker
    /// Makes fixtures whose place is in trouble.
    package let troubles: [Trouble: Maker]
    /// Which troubles cannot be shown with this kind, and why.
    package let exceptions: [Trouble: String]

    package init(
        _ name: String,
        traits: FileDestinationTraits,
        partSize: Int? = nil,
        troubles: [Trouble: Maker] = [:],
        exceptions: [Trouble: String] = [:],
        makeFixture: @escaping Maker
    ) {
        testDescription = name
        self.traits = traits
        self.partSize = partSize
        self.makeFixture = makeFixture
        self.troubles = troubles
        self.exceptions = exceptions
    }

    func fixture(_ trouble: Trouble?) async throws -> DestinationFixture {
        let maker = try #require(trouble.map { troubles[$0] } ?? makeFixture)
        var fixture = try await maker()
        fixture.partSize = partSize
        return fixture
    }
}

extension DestinationKind {
    /// A folder inside a temporary one, not made yet.
    package static func directory(_ name: String = "directory", placing: DirectoryDestination.Placing = .link) -> Self {
        DestinationKind(
            name,
            traits: [.replacesAtomically, .findsReceipts, .writesHiddenFiles],
            troubles: [
                .isMissing: { try directoryFixture { DirectoryDestination(path: $0, placing: placing) } },
                .refusesWriting: { try unwritableFolder(placing) },
            ],
            exceptions: [
                .fallsSilent: "a disk has no connection; StagedBytesTests cancel a copy on its way",
                .losesConnectionEarly: "a disk has no connection",
                .losesConnectionLate: "a disk has no connection",
                .isFull: "a full disk needs a file system of its own; StagedBytesTests fill /dev/full",
                .refusesCredentials: "a folder asks for none",
            ]
        ) { try directoryFixture { DirectoryDestination(path: $0, placing: placing) } }
    }

    /// A destination with one thing wrong, in a sound place or in a troubled one.
    package static func broken(_ flaw: BrokenDestination.Flaw) -> Self {
        DestinationKind(
            "\(flaw)",
            traits: [.replacesAtomically, .findsReceipts, .writesHiddenFiles],
            partSize: BrokenDestination.partSize,
            troubles: troubled(flaw)
        ) { try directoryFixture { BrokenDestination(path: $0, flaw: flaw) } }
    }

    /// A destination that does everything right in every trouble, though none of it is real.
    package static let imagined = DestinationKind(
        "imagined troubles",
        traits: [.replacesAtomically, .findsReceipts, .writesHiddenFiles],
        partSize: BrokenDestination.partSize,
        troubles: troubled(nil)
    ) { try directoryFixture { DirectoryDestination(path: $0) } }

    private static func troubled(_ flaw: BrokenDestination.Flaw?) -> [Trouble: Maker] {
        var makers: [Trouble: Maker] = [:]
        for trouble in Trouble.allCases { makers[trouble] = { try TroubledDestination.fixture(trouble, flaw) } }
        return makers
    }

    private static func directoryFixture(
        _ open: (_ path: String) -> any FileDestination
    ) throws -> DestinationFixture {
        let staging = try TemporaryFolder()
        let outbox = staging.path("place/outbox")
        var fixture = DestinationFixture(
            destination: open(outbox),
            reopened: open(outbox),
            backDoor: .folder(outbox),
            staging: staging
        )
        fixture.missing = outbox
        return fixture
    }

    /// Below /sys nobody makes a folder, whoever he is: permissions would not keep out root.
    private static func unwritableFolder(_ placing: DirectoryDestination.Placing) throws -> DestinationFixture {
        let path = "/sys/tidegate-\(UUID().uuidString.lowercased())"
        let destination = DirectoryDestination(path: path, placing: placing)
        return DestinationFixture(
            destination: destination,
            reopened: destination,
            backDoor: .folder(path),
            staging: try TemporaryFolder()
        )
    }
}
