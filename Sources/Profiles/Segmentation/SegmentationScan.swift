import GRDBSQLite
import TidegateModel

/// Decides for the row that a statement stands on which segments its profile is in.
protocol SegmentDeciding {
    /// What each row has to bring, as SQL over `profile AS p`.
    var reads: [String] { get }

    /// Calls `isMember` with the number of every segment that the profile is in. The values of `reads` begin at
    /// column `first`.
    func decide(_ statement: OpaquePointer, from first: Int32, _ isMember: (Int) -> Void)
}

/// Evaluates every segment in one scan of the profiles: reading a row costs more than deciding about it.
enum SegmentationScan {
    struct Outcome {
        /// In the order of the segments.
        let members: [ProfileSet]
        let profiles: Int
    }

    static func run(
        _ decider: some SegmentDeciding, segments: Int, on connection: Connection,
        progress: (_ done: Int, _ total: Int) -> Void
    ) throws(ProfileError) -> Outcome {
        let total = try connection.profilesEverSeen()
        let statement = try connection.prepare(
            "SELECT \((["p.id"] + decider.reads).joined(separator: ", ")) FROM profile AS p")
        let marks = (0..<segments).map { _ in ProfileMarks() }
        var done = 0
        while try statement.step() {
            let id = UInt32(truncatingIfNeeded: sqlite3_column_int64(statement.handle, 0))
            decider.decide(statement.handle, from: 1) { marks[$0].insert(id) }
            done += 1
            if done.isMultiple(of: rowsBetweenReports) { progress(done, total) }
        }
        progress(done, done)
        return Outcome(members: marks.map { $0.set() }, profiles: done)
    }

    private static let rowsBetweenReports = 8192
}

extension Connection {
    /// At least as many as there are; counting them would read the whole table.
    func profilesEverSeen() throws(ProfileError) -> Int {
        let statement = try prepare("SELECT value - 1 FROM counter WHERE name = 'next_profile_id'")
        guard try statement.step() else { return 0 }
        return Int(statement.integer(at: 0))
    }
}
