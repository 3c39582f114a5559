import Destinations
import Foundation
import Testing
import TidegateModel

/// What goes wrong at a drop-off, which a fixture brings about.
///
/// Of a troubled connection the first download of a file of `FileDestinationContract.largeSize` bytes gets a part; from then on
/// the place is sound.
package enum DropOffTrouble: String, CaseIterable, Hashable, Sendable {
    /// The place falls silent with the connection open; `reached` then returns.
    case fallsSilent
    case losesConnection
    /// The place lets this user in, and does not let him look.
    case refusesReading
    /// The place lets this user look, and does not let him change anything; `kept.sync` of three bytes is in it.
    case refusesWriting
    /// The place does not let this user in.
    case refusesCredentials
    /// The bucket or folder is not there; `missing` is its name.
    case isMissing
}

/// One kind of drop-off, from which the contract makes a fixture for each clause.
package struct DropOffKind: Sendable, CustomTestStringConvertible {
    package typealias Maker = @Sendable () async throws -> DropOffFixture

    package let testDescription: String
    private let isWhole: Bool
    private let many: Int
    private let oddNames: Int
    private let makeFixture: Maker
    /// Makes fixtures whose place is in trouble.
    package let troubles: [DropOffTrouble: Maker]
    /// Which troubles cannot be shown with this kind, and why.
    package let exceptions: [DropOffTrouble: String]

    /// - Parameters:
    ///   - isWhole: whether it shows files only once they are whole.
    ///   - many: how many files are more than fit into one answer.
    ///   - oddNames: how many odd names are tried; a few for a variant of a kind that is tried with all.
    package init(
        _ name: String, isWhole: Bool = false, many: Int = 250, oddNames: Int = .max,
        troubles: [DropOffTrouble: Maker] = [:],
        exceptions: [DropOffTrouble: String] = [:], makeFixture: @escaping Maker
    ) {
        testDescription = name
        self.isWhole = isWhole
        self.many = many
        self.oddNames = oddNames
        self.makeFixture = makeFixture
        self.troubles = troubles
        self.exceptions = exceptions
    }

    func fixture(_ trouble: DropOffTrouble?) async throws -> DropOffFixture {
        let maker = try #require(trouble.map { troubles[$0] } ?? makeFixture)
        var fixture = try await maker()
        fixture.isWhole = isWhole
        fixture.many = many
        fixture.oddNames = Array(DropOffContract.oddNames.suffix(oddNames))
        return fixture
    }
}

extension DropOffKind {
    /// A folder of this machine.
    package static let folder = DropOffKind(
        "folder",
        troubles: [.isMissing: { try folderFixture(isThere: false) { try open($0) } }],
        exceptions: [
            .fallsSilent: "a disk has no connection; FolderDropOffTests cancel a copy",
            .losesConnection: "a disk has no connection",
            .refusesReading: "root reads every folder; FolderDropOffTests look into what is none",
            .refusesWriting: "root writes into every folder; FolderDropOffTests write below /sys",
            .refusesCredentials: "a folder asks for none",
        ]
    ) { try folderFixture { try open($0) } }

    /// A drop-off with one thing wrong, in a sound place or in a troubled one.
    package static func broken(_ flaw: BrokenDropOff.Flaw) -> Self {
        DropOffKind("\(flaw)", troubles: troubled(flaw)) {
            try folderFixture { BrokenDropOff(path: $0, flaw: flaw, sound: try open($0)) }
        }
    }

    /// A drop-off that does everything right in every trouble, though none of it is real.
    package static let imagined = DropOffKind("imagined troubles", troubles: troubled(nil)) {
        try folderFixture { try open($0) }
    }

    private static func open(_ path: String) throws -> any DropOffPlace {
        let means = DeliveryMeans(clock: ManualClock(DropOffFixture.written))
        return try #require(Destination.Place.directory(DirectoryPlace(path: path)).openDropOff(means, named: "drop"))
    }

    private static func folderFixture(
        isThere: Bool = true, _ open: (_ path: String) throws -> any DropOffPlace
    ) throws -> DropOffFixture {
        let staging = try TemporaryFolder()
        let path = isThere ? try staging.makeFolder("drop") : staging.path("drop")
        var fixture = DropOffFixture(place: try open(path), backDoor: .folder(path), staging: staging)
        fixture.missing = path
        return fixture
    }

    private static func troubled(_ flaw: BrokenDropOff.Flaw?) -> [DropOffTrouble: Maker] {
        var makers: [DropOffTrouble: Maker] = [:]
        for trouble in DropOffTrouble.allCases {
            makers[trouble] = {
                let line = TroubledDropOff.Line()
                var fixture = try folderFixture { path in
                    TroubledDropOff(path: path, trouble: trouble, flaw: flaw, line: line, sound: try open(path))
                }
                fixture.secrets = [TroubledDropOff.secret]
                fixture.reached = { for await _ in line.silence {} }
                if trouble == .refusesWriting { try fixture.drop([1, 2, 3], "kept.sync") }
                return fixture
            }
        }
        return makers
    }
}
