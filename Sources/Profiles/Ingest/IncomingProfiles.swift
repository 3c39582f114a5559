import TidegateModel

/// Compares delivered rows with the profiles that are there: changes those that differ, and yields the new ones.
///
/// Gives ids to new keys, and remembers the id of every row.
final class IncomingProfiles {
    private let rows: OrderedRows
    private let known: KnownProfiles?
    private let lastId = Int64(UInt32.max)
    let cells: Cells
    /// For each column of the table the cell that goes there; -1 where the schema has no such attribute (any more).
    let places: UnsafeMutableBufferPointer<Int>

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

    /// `places` says for each column of the table which cell goes there; it begins with those of `key`, `id` and
    /// `updated_at`. `known` is nil where there are no profiles.
    init(_ rows: OrderedRows, places: [Int], known: KnownProfiles?, nextId: Int64, at instant: Instant) {
        self.rows = rows
        self.known = known
        self.nextId = nextId
        cells = rows.cells
        run = .allocate(capacity: Self.runLength)
        self.places = .allocate(capacity: places.count)
        _ = self.places.initialize(from: places)
        self.places[1] = RowCells.id(behind: cells)
        self.places[2] = RowCells.updatedAt(behind: cells)
        cells.baseAddress?[RowCells.updatedAt(behind: cells)] = .integer(instant.milliseconds)
    }

    deinit {
        places.deallocate()
        run.deallocate()
    }

    /// Moves to the next new profile; false after the last row and on a failure, see `failure`.
    func next() -> Bool {
        do throws(ProfileError) {
            while try rows.next() {
                if try isNew() { return true }
            }
            addRun()
        } catch {
            failure = error
        }
        return false
    }

    private func isNew() throws(ProfileError) -> Bool {
        guard let known, try known.move(to: cells) else {
            guard nextId <= lastId else {
                throw .rejected("profile store has given away all \(lastId) profile numbers")
            }
            take(UInt32(truncatingIfNeeded: nextId))
            nextId += 1
            inserted += 1
            return true
        }
        take(known.id)
        if try known.update(to: cells) { updated += 1 } else { unchanged += 1 }
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
