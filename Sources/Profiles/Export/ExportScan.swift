import GRDBSQLite
import TidegateModel

/// Walks the selected profiles once, in the order of the file, and says which are exported and why the others are not.
struct ExportScan {
    private let connection: Connection
    private let terms: RowTerms
    private let selection: ExportSelection
    private let exited: ProfileMarks
    /// How many removed leavers are not told of, because they came back.
    private let superseded: Int
    let plan: ExportPlan

    struct Outcome {
        let counts: RunCounts
        let exported: ProfileSet
    }

    init(_ terms: RowTerms, of selection: ExportSelection, on connection: Connection) throws(ProfileError) {
        self.connection = connection
        self.terms = terms
        self.selection = selection
        exited = ProfileMarks(selection.exited)
        try connection.define("selected", ProfileMarks(selection.profiles))
        try connection.define("exited", exited)
        try connection.defineWritten()
        let removed = RemovedLeavers(on: connection)
        guard !selection.exited.isEmpty, try removed.exist() else {
            plan = try ExportPlan(terms, over: "profile", on: connection)
            superseded = 0
            return
        }
        let both = RemovedLeavers.besideProfiles(try ProfileColumns.present(on: connection))
        plan = try ExportPlan(terms, over: both, on: connection)
        superseded = try removed.superseded()
    }

    /// Lends `visit` every selected profile that is still there, with the reason code where it is not exported;
    /// `progress` counts selected profiles.
    func run(
        progress: (_ done: Int, _ total: Int) -> Void,
        visit: (ExportRow, _ skip: String?) throws(ProfileError) -> Void
    ) throws(ProfileError) -> Outcome {
        let duplicates = try self.duplicates()
        let total = selection.profiles.count

        let statement = try connection.prepare(plan.rows)
        let seen = ProfileMarks()
        let skipped = ProfileMarks()
        var missing = [Int](repeating: 0, count: plan.required.count)
        var exported = 0
        while try statement.step() {
            let id = UInt32(truncatingIfNeeded: sqlite3_column_int64(statement.handle, 0))
            seen.insert(id)
            if seen.count.isMultiple(of: Self.rowsBetweenReports) { progress(seen.count, total) }
            var skip: String?
            if let index = firstMissing(in: statement.handle) {
                missing[index] += 1
                skip = plan.required[index].skipCode
            } else if let duplicates, duplicates.contains(id) {
                skip = SkipCode.duplicate
            } else {
                exported += 1
            }
            if skip != nil { skipped.insert(id) }
            try visit(ExportRow(statement: statement.handle, isExited: exited.contains(id)), skip)
        }
        progress(total, total)
        let found = seen.set()
        return Outcome(
            counts: try counts(
                exported: exported,
                removed: selection.profiles.countSubtracting(found) - superseded,
                missing: missing,
                duplicates: duplicates?.count ?? 0
            ),
            exported: found.subtracting(skipped.set())
        )
    }

    private static let rowsBetweenReports = 8192

    private func duplicates() throws(ProfileError) -> ProfileMarks? {
        guard let candidates = plan.candidates else { return nil }
        return try Deduplication.duplicates(
            candidates,
            groupedBy: terms.deduplicateBy.count,
            on: connection
        )
    }

    @inline(__always)
    private func firstMissing(in statement: OpaquePointer) -> Int? {
        for index in plan.required.indices {
            let column = plan.required[index]
            let value = sqlite3_column_value(statement, column.index)
            if sqlite3_value_type(value) == SQLITE_NULL || column.isText && sqlite3_value_bytes(value) == 0 {
                return index
            }
        }
        return nil
    }

    /// Each number is counted by itself, so that a profile that was lost or doubled on the way shows.
    private func counts(
        exported: Int,
        removed: Int,
        missing: [Int],
        duplicates: Int
    ) throws(ProfileError) -> RunCounts {
        var counts = RunCounts(selected: selection.profiles.count, exported: exported)
        if removed > 0 { counts.skipped[SkipCode.removed] = removed }
        if superseded > 0 { counts.skipped[SkipCode.superseded] = superseded }
        if duplicates > 0 { counts.skipped[SkipCode.duplicate] = duplicates }
        for (column, count) in zip(plan.required, missing) where count > 0 {
            counts.skipped[column.skipCode, default: 0] += count
        }
        guard counts.addUp else {
            throw .rejected(
                "counts do not add up: \(counts.selected) selected, \(exported) exported, "
                    + "\(counts.skipped.values.reduce(0, +)) skipped"
            )
        }
        return counts
    }
}
