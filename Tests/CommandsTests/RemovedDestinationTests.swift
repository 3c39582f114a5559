import Foundation
import Testing
import TidegateModel

@testable import Commands

@Suite struct RemovedDestinationTests {
    private let applied = JobSpec(
        profile: ProfileSchema(key: "id", attributes: []),
        destinations: ["mail", "drop"].map {
            Destination(id: UUID(), name: $0, place: .directory(DirectoryPlace(path: "/outbox")))
        }
    )

    @Test func `a destination that dataflows use is not removed, and the way out is told with their names`() {
        let found = RemovedDestination.found(among: ["mail": ["a", "b"], "drop": ["c"]], since: applied)
        #expect(
            found.map(\.description) == [
                "destination 'drop' cannot be removed: dataflow c uses it; remove it, or keep it with 'detached: true'",
                "destination 'mail' cannot be removed: dataflows a, b use it; remove them, or keep them with 'detached: true'",
            ]
        )
    }

    @Test func `a destination that never was in force is misspelled, not removed`() {
        #expect(RemovedDestination.found(among: ["mial": ["a"]], since: applied) == [])
        #expect(RemovedDestination.found(among: ["mail": ["a"]], since: nil) == [])
    }
}
