import GRDB
import TidegateModel

/// Which runs to list, and in which order.
package struct RunQuery: Hashable, Sendable {
    /// What a condition can be about.
    package enum Field: String, CaseIterable, Sendable {
        case id, dataflow, state, segment
        /// Instants, in milliseconds.
        case queuedAt, startedAt, finishedAt, changedAt
    }

    package enum Comparison: String, CaseIterable, Sendable {
        case equal = "=="
        case unequal = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
    }

    package enum Value: Hashable, Sendable {
        case text(String)
        case number(Int64)
    }

    /// True of a run where its field stands so to one of the values; `!=` to all of them.
    package struct Condition: Hashable, Sendable {
        package var field: Field
        package var comparison: Comparison
        package var values: [Value]

        package init(_ field: Field, _ comparison: Comparison, _ values: [Value]) {
            self.field = field
            self.comparison = comparison
            self.values = values
        }
    }

    package enum Order: String, CaseIterable, Sendable {
        /// As they were made, which the clock cannot set back.
        case made
        case startedAt, finishedAt, changedAt, id
    }

    /// Where a page ended.
    package struct Position: Hashable, Sendable {
        /// What the order goes by; runs are told apart by their sequence.
        package var key: Value
        package var sequence: Int

        package init(key: Value, sequence: Int) {
            self.key = key
            self.sequence = sequence
        }
    }

    package var conditions: [Condition]
    package var order: Order
    package var isDescending: Bool

    package init(_ conditions: [Condition] = [], order: Order = .made, descending: Bool = true) {
        self.conditions = conditions
        self.order = order
        isDescending = descending
    }
}

extension RunQuery {
    /// True of the runs that all conditions hold of.
    ///
    /// - Parameter isRare: whether few runs export the segments that are asked for: then SQLite is led to these runs, and
    ///   else through all of them until the page is full.
    func condition(isRare: Bool) -> SQL {
        guard !conditions.isEmpty else { return "TRUE" }
        return conditions.map { $0.sql(isRare: isRare) }.joined(separator: " AND ")
    }

    /// The segments that are asked for, where nothing else would lead to the runs.
    var leadingSegments: [Value] {
        let isLed = conditions.contains { [.id, .dataflow].contains($0.field) && $0.comparison == .equal }
        return isLed ? [] : conditions.first { $0.field == .segment && $0.comparison == .equal }?.values ?? []
    }

    /// True of the runs that come after `position`.
    func after(_ position: Position?) -> SQL {
        guard let position else { return "TRUE" }
        let compared = SQL(sql: isDescending ? "<" : ">")
        guard order != .made else { return "run.sequence \(literal: compared) \(position.sequence)" }
        return "(\(literal: order.key), run.sequence) \(literal: compared) (\(position.key), \(position.sequence))"
    }

    /// The order's key is the result's column `key`.
    var ordering: SQL {
        let direction = SQL(sql: isDescending ? "DESC" : "ASC")
        guard order != .made else { return "run.sequence \(literal: direction)" }
        return "\"key\" \(literal: direction), run.sequence \(literal: direction)"
    }
}

extension RunQuery.Order {
    /// Never NULL: what has not happened yet comes after everything that has.
    var key: SQL {
        switch self {
        case .made: "run.sequence"
        case .startedAt: "COALESCE(run.started_at, run.finished_at, \(Int64.max))"
        case .finishedAt: "COALESCE(run.finished_at, \(Int64.max))"
        case .changedAt: RunQuery.changedAt
        case .id: "run.id"
        }
    }
}

extension RunQuery {
    /// The last step of a run that has ended is its end.
    fileprivate static let changedAt: SQL = """
        COALESCE(run.finished_at, (
            SELECT step.at FROM run_transition AS step WHERE step.run = run.id ORDER BY step.sequence DESC LIMIT 1
        ))
        """
}

extension RunQuery.Value: SQLExpressible {
    package var sqlExpression: SQLExpression {
        switch self {
        case .text(let text): text.sqlExpression
        case .number(let number): number.sqlExpression
        }
    }
}

extension RunQuery.Condition {
    fileprivate func sql(isRare: Bool) -> SQL {
        switch field {
        case .id: compare("run.id")
        case .dataflow: compare("run.dataflow")
        case .state: compare("run.state")
        case .queuedAt: compare("run.queued_at")
        case .startedAt: compare("COALESCE(run.started_at, run.finished_at)")
        case .finishedAt: compare("run.finished_at")
        case .changedAt: compare(RunQuery.changedAt)
        case .segment: membership(isRare: isRare)
        }
    }

    private func compare(_ column: SQL) -> SQL {
        switch comparison {
        case .equal: "\(literal: column) IN \(values)"
        case .unequal: "(\(literal: column) IS NULL OR \(literal: column) NOT IN \(values))"
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            "(\(literal: values.map { "\(literal: column) \(sql: comparison.rawValue) \($0)" }.joined(separator: " OR ")))"
        }
    }

    /// Whether the run exports one of the segments; no segment is less or greater than another.
    private func membership(isRare: Bool) -> SQL {
        guard comparison != .unequal else { return "NOT \(literal: holding)" }
        guard isRare else { return holding }
        return "run.id IN (SELECT held.run FROM run_segment AS held WHERE held.segment IN \(values))"
    }

    private var holding: SQL {
        "EXISTS (SELECT 1 FROM run_segment AS held WHERE held.run = run.id AND held.segment IN \(values))"
    }
}
