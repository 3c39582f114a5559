import Destinations
import Foundation
import Testing
import TidegateModel

/// What every connector promises, as tests that take any of them.
package enum ConnectorContract {
    package struct Clause: Sendable, CustomTestStringConvertible {
        package let promise: String
        package let requires: Set<ConnectorFeature>
        /// What proves that the clause notices anything.
        package let brokenBy: [BrokenConnector.Flaw]
        private let body: @Sendable (ConnectorFixture) async throws -> Void
        package var testDescription: String { promise }

        init(
            _ promise: String, requires: Set<ConnectorFeature> = [], brokenBy: [BrokenConnector.Flaw],
            body: @escaping @Sendable (ConnectorFixture) async throws -> Void
        ) {
            self.promise = promise
            self.requires = requires
            self.brokenBy = brokenBy
            self.body = body
        }

        /// Whatever a clause is about, the receiver must have found nothing wrong with what it got.
        package func verify(_ fixture: ConnectorFixture) async throws {
            try await body(fixture)
            let problems = try await fixture.backDoor.problems()
            #expect(problems == [])
        }
    }

    package static let clauses = asking + encoding + sending + pacing + failing + jobs + removing

    /// The clauses that a kind must keep, each with it.
    package static func cases(_ kinds: [ConnectorKind]) -> [(ConnectorKind, Clause)] {
        kinds.flatMap { kind in
            clauses.filter { $0.requires.isDisjoint(with: kind.lacks.keys) }.map { (kind, $0) }
        }
    }
}
