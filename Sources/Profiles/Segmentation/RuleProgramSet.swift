import GRDBSQLite
import Rules
import TidegateModel

/// The rules of many segments, compiled to be answered together for one row after the other.
///
/// Reads the current row of a SQLite statement, each cell once and only when a rule needs it, and allocates nothing
/// per row. The statement's connection must not be used by another thread meanwhile. Rows hold text as TEXT, reals as
/// REAL, and everything else as INTEGER: booleans 0 or 1, dates in days, timestamps in milliseconds since 1970. A cell
/// of another storage class is null.
package final class RuleProgramSet {
    private let conditions: ConditionList
    private let sources: [CellSource]
    private let constants: [OwnedBytes]
    private let cellCount: Int
    private let wordCount: Int
    private let state: UnsafeMutablePointer<RuleRow.State>

    /// - Parameters:
    ///   - rules: in an order in which each segment comes after those it asks for (`SegmentOrder`).
    ///   - columns: the index of each attribute's column in the statement, from 0.
    ///   - now: the cycle's nominal instant.
    ///   - traits: the profiles that have each trait, by its number; nobody has one that is not in it. They must stay as
    ///     they are.
    package init(
        rules: [(name: String, rule: Rule)],
        columns: [String: Int32],
        now: Instant,
        traits: [Int64: ProfileMarks] = [:]
    ) throws(ProfileError) {
        var compiler = RuleProgramCompiler(columns: columns, now: now, traits: traits)
        var conditions: [RuleCondition] = []
        for segment in rules { conditions.append(try compiler.segment(segment.name, segment.rule)) }
        self.conditions = ConditionList(conditions)
        sources = compiler.sources
        constants = compiler.constants
        cellCount = compiler.cells.count
        wordCount = (rules.count + 63) / 64
        let cells = UnsafeMutablePointer<RuleCell>.allocate(capacity: cellCount)
        cells.initialize(from: compiler.cells, count: cellCount)
        let members = UnsafeMutablePointer<UInt64>.allocate(capacity: wordCount)
        members.initialize(repeating: 0, count: wordCount)
        state = .allocate(capacity: 1)
        state.initialize(to: RuleRow.State(cells: cells, members: members))
    }

    deinit {
        state.pointee.cells.deallocate()
        state.pointee.members.deallocate()
        state.deallocate()
    }

    /// Answers every rule for the row that `statement` stands on, which is that of the profile `id`.
    package func evaluate(_ statement: OpaquePointer, id: UInt32) {
        state.pointee.number += 1
        state.pointee.id = id
        state.pointee.statement = statement
        let row = RuleRow(state: state)
        let members = state.pointee.members
        members.update(repeating: 0, count: wordCount)
        for index in 0..<conditions.count where conditions.holds(index, row) {
            members[index / 64] |= 1 << UInt64(index % 64)
        }
    }

    /// Calls `body` with the index of each segment that the row last evaluated is a member of, in ascending order.
    @inline(__always)
    package func forEachSegment(_ body: (Int) -> Void) {
        for word in 0..<wordCount {
            var bits = state.pointee.members[word]
            while bits != 0 {
                body(word * 64 + bits.trailingZeroBitCount)
                bits &= bits - 1
            }
        }
    }

    /// Whether the row last evaluated is a member of the segment at `index`.
    package func isMember(of index: Int) -> Bool {
        state.pointee.members[index / 64] >> UInt64(index % 64) & 1 == 1
    }
}
