import Destinations
import Foundation
import Testing
import TidegateModel

/// What every drop-off promises, as tests that take any of them.
package enum DropOffContract {
    package struct Clause: Sendable, CustomTestStringConvertible {
        package let promise: String
        /// What goes wrong at the place; the clause is tested with each that a kind can show.
        package let troubles: [DropOffTrouble?]
        /// What proves that the clause notices anything.
        package let brokenBy: [BrokenDropOff.Flaw]
        package let verify: @Sendable (DropOffFixture) async throws -> Void
        package var testDescription: String { promise }

        init(
            _ promise: String, in troubles: [DropOffTrouble?] = [nil], brokenBy: [BrokenDropOff.Flaw],
            verify: @escaping @Sendable (DropOffFixture) async throws -> Void
        ) {
            self.promise = promise
            self.troubles = troubles
            self.brokenBy = brokenBy
            self.verify = verify
        }
    }

    /// A clause to be kept by a kind, in one trouble or in none.
    package struct Case: Sendable, CustomTestStringConvertible {
        package let kind: DropOffKind
        package let clause: Clause
        package let trouble: DropOffTrouble?

        package var testDescription: String {
            "\(kind.testDescription): \(clause.promise)" + (trouble.map { ", \($0.rawValue)" } ?? "")
        }

        package func verify() async throws {
            try await clause.verify(try await kind.fixture(trouble))
        }
    }

    package static let clauses = listing + fetching + putting + rejecting + inTrouble

    /// What each kind must keep, given the troubles that it can show.
    package static func cases(_ kinds: [DropOffKind]) -> [Case] {
        kinds.flatMap { kind in clauses.flatMap { cases(kind, $0) } }
    }

    package static func cases(_ kind: DropOffKind, _ clause: Clause) -> [Case] {
        clause.troubles.filter { trouble in trouble.map { kind.troubles[$0] != nil } ?? true }
            .map { Case(kind: kind, clause: clause, trouble: $0) }
    }

    /// Names that others give their files, by their bytes.
    static let oddNames = [
        " in front", "behind ", "~", "a -> b", "-rf", "a..b", "back\\slash\\..\\c", "blanks  in it .sync",
        "double\"quote", "hundred%25 %20 100%",
        "less<tag>&amp;'more'", "number#sign?query=1;type=a", "plus+comma,equals=", "star*[1]{2}~",
        "\u{65}\u{301}&\u{308} decomposed", "äöü 漢字 😀.sync", String(repeating: "x", count: 255),
    ].sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }

    /// Names that lead out of a drop-off, or to what it does not show.
    static let strayNames = [
        "", ".", "..", "/etc/hostname", "../stray", "date=../stray", "date=2026-11-21/../stray", "rejected/../../stray",
        "folder/stray", "date=2026-02-30/stray", "rejected/rejected/stray", "date=2026-11-21/date=2026-11-21/stray",
        ".hidden", "date=2026-11-21/.hidden", "stray\r\nDELE all", "date=2026-11-21/", "/stray", "a\u{0}b",
    ]

    static func isTransient(_ error: DeliveryError?) -> Bool {
        guard case .transient = error else { return false }
        return true
    }

    static func isRejected(_ error: DeliveryError?) -> Bool {
        guard case .rejected = error else { return false }
        return true
    }
}
