import TidegateModel

/// A rule as an SQLite expression: 1 where it is true, 0 where it is false, NULL where it is unknown.
///
/// Expects the storage classes TEXT, INTEGER, REAL, INTEGER 0 or 1 for boolean, INTEGER days since 1970-01-01 for date
/// and INTEGER milliseconds for timestamp, and the functions of `RuleFunction.all`. SQLite's parser takes about twenty
/// levels of nesting and refuses a rule with more.
package struct RuleSQL: Hashable, Sendable {
    /// What a `?` stands for.
    package enum Parameter: Hashable, Sendable {
        case text(String)
        case real(Double)
    }

    package var text = ""
    /// In the order of the `?` in `text`; bound, as SQLite 3.40 does not round every literal to the nearest real.
    package var parameters: [Parameter] = []
}

extension Rule {
    /// - Parameters:
    ///   - column: the SQL name of an attribute's column.
    ///   - membership: an SQL condition, without parameters, for being a member of a segment.
    ///   - trait: an SQL condition, without parameters, for having the trait of a number.
    package func sql(
        now: Instant,
        column: @escaping (Attribute) -> String,
        membership: @escaping (String) -> String,
        trait: @escaping (Int64) -> String
    ) -> RuleSQL {
        var writer = SQLWriter(now: now, column: column, membership: membership, trait: trait)
        writer.write(root, within: .none)
        return writer.sql
    }
}
