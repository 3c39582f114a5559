import GRDBSQLite
import TidegateModel

/// Compares delivered rows with the profiles that are there, and yields those that must be written.
///
/// Gives ids to new keys, and remembers the id of every row.
final class ChangedProfiles {
    private let rows: OrderedRows
    private let existing: ExistingProfiles?
    private let lastId: Int64
    let cells: Cells
    /// For each column of the table the cell that goes there; -1 where the schema has no such attribute (any more).
    let places: UnsafeMutableBufferPointer<Int>
    /// For each cell the column it goes to.
    private let columns: UnsafeMutableBufferPointer<Int>

    /// Whether the profile is there already.
    private(set) var isKnown = false

    private(set) var nextId: Int64
    private(set) var inserted = 0
    private(set) var updated = 0
    private(set) var unchanged = 0
    /// The ids of all rows.
    let ids = ProfileSet()
    private let run: UnsafeMutableBufferPointer<UInt32>
    private var runCount = 0

    /// Why no further row came, where that was not the end.
    private(set) var failure: ProfileError?

    private static let runLength = 4096

    /// `columns` says for each column of the table which cell goes there; they begin with `key`, `id`, `updated_at`.
    init(_ rows: OrderedRows, columns: [Int?], existing: ExistingProfiles?, nextId: Int64, at instant: Instant) {
        self.rows = rows
        self.existing = existing
        self.nextId = nextId
        lastId = Int64(UInt32.max)
        cells = rows.cells
        run = .allocate(capacity: Self.runLength)
        places = .allocate(capacity: columns.count)
        for (column, cell) in columns.enumerated() { places[column] = cell ?? -1 }
        places[1] = RowCells.id(behind: cells)
        places[2] = RowCells.updatedAt(behind: cells)
        self.columns = .allocate(capacity: cells.count)
        for (column, cell) in columns.enumerated() { if let cell { self.columns[cell] = column } }
        cells.baseAddress?[RowCells.updatedAt(behind: cells)] = .integer(instant.milliseconds)
    }

    deinit {
        places.deallocate()
        columns.deallocate()
        run.deallocate()
    }

    /// Moves to the next row that must be written; false after the last one and on a failure, see `failure`.
    func next() -> Bool {
        do throws(ProfileError) {
            while try rows.next() {
                if try mustBeWritten() { return true }
            }
            addRun()
        } catch {
            failure = error
        }
        return false
    }

    /// The value that the profile has, for what the row does not say.
    func existingValue(_ column: Int) -> OpaquePointer? {
        isKnown ? existing?.value(column) : nil
    }

    private func mustBeWritten() throws(ProfileError) -> Bool {
        let key = cells[0]
        guard let existing, let text = key.text, try existing.move(to: text, key.count) else {
            guard nextId <= lastId else { throw .rejected("profile store has given away all \(lastId) profile numbers") }
            isKnown = false
            take(UInt32(truncatingIfNeeded: nextId))
            nextId += 1
            inserted += 1
            return true
        }
        isKnown = true
        take(existing.id)
        for index in 1..<cells.count where !existing.has(cells[index], at: columns[index]) {
            updated += 1
            return true
        }
        unchanged += 1
        return false
    }

    @inline(__always)
    private func take(_ id: UInt32) {
        cells.baseAddress?[RowCells.id(behind: cells)] = .integer(Int64(id))
        run[runCount] = id
        runCount += 1
        if runCount == Self.runLength { addRun() }
    }

    private func addRun() {
        ids.insert(UnsafeBufferPointer(rebasing: run[..<runCount]))
        runCount = 0
    }
}
