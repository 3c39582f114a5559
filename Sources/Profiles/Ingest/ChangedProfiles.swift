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

    /// The row that must be written: `cells`, this id, and `isKnown` where the profile is there already.
    private(set) var id: UInt32 = 0
    private(set) var isKnown = false

    private(set) var nextId: Int64
    private(set) var inserted = 0
    private(set) var updated = 0
    private(set) var unchanged = 0
    /// The ids of all rows.
    let ids = ProfileSet()
    private var run: [UInt32] = []

    /// Why no further row came, where that was not the end.
    private(set) var failure: ProfileError?

    private static let runLength = 4096

    init(_ rows: OrderedRows, existing: ExistingProfiles?, nextId: Int64) {
        self.rows = rows
        self.existing = existing
        self.nextId = nextId
        lastId = Int64(UInt32.max)
        cells = rows.cells
        run.reserveCapacity(Self.runLength)
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
            id = UInt32(truncatingIfNeeded: nextId)
            isKnown = false
            nextId += 1
            inserted += 1
            remember(id)
            return true
        }
        id = existing.id
        isKnown = true
        remember(id)
        for index in 1..<cells.count where !existing.has(cells[index], at: index - 1) {
            updated += 1
            return true
        }
        unchanged += 1
        return false
    }

    @inline(__always)
    private func remember(_ id: UInt32) {
        run.append(id)
        if run.count == Self.runLength { addRun() }
    }

    private func addRun() {
        run.withUnsafeBufferPointer { ids.insert($0) }
        run.removeAll(keepingCapacity: true)
    }
}
