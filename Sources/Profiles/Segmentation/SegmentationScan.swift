import GRDBSQLite
import TidegateModel

/// Evaluates every segment in one scan of the profiles: reading a row costs more than deciding about it.
struct SegmentationScan {
    private let connection: Connection
    private let rules: SegmentRules
    private let programs: RuleProgramSet
    private let rows: String

    struct Outcome {
        let members: [SegmentMembers]
        let profiles: Int
    }

    /// `traits` are the profiles that have each trait that the rules ask for; nobody has one that is not in it.
    init(
        _ rules: SegmentRules,
        now: Instant,
        traits: [Int64: ProfileMarks] = [:],
        on connection: Connection
    ) throws(ProfileError) {
        self.connection = connection
        self.rules = rules
        let profile = try ProfileExpressions(rules.schema, on: connection)
        var read = ["p.id"]
        var columns: [String: Int32] = [:]
        for attribute in rules.attributes {
            columns[attribute.name] = Int32(read.count)
            read.append(profile.expression(attribute))
        }
        rows = "SELECT \(read.joined(separator: ", ")) FROM profile AS p"
        programs = try RuleProgramSet(rules: rules.inOrder, columns: columns, now: now, traits: traits)
    }

    /// `progress` counts profiles; its total is what the store ever had, until the last call.
    func run(progress: (_ done: Int, _ total: Int) -> Void) throws(ProfileError) -> Outcome {
        let total = try connection.profilesEverSeen()
        let statement = try connection.prepare(rows)
        var marks = rules.inOrder.map { _ in ProfileMarks() }
        // Counting references for every member of every segment would cost as much as half of the rules.
        let uncounted = marks.map { Unmanaged.passUnretained($0) }
        var done = 0
        while try statement.step() {
            let id = UInt32(truncatingIfNeeded: sqlite3_column_int64(statement.handle, 0))
            programs.evaluate(statement.handle, id: id)
            programs.forEachSegment { index in uncounted[index]._withUnsafeGuaranteedRef { $0.insert(id) } }
            done += 1
            if done.isMultiple(of: Self.rowsBetweenReports) { progress(done, max(done, total)) }
        }
        progress(done, done)
        // Many segments of many profiles do not fit twice: each goes as it is done.
        var members: [SegmentMembers] = []
        for segment in rules.segments.reversed() {
            if let last = marks.popLast() { members.append(SegmentMembers(segment: segment, profiles: last.set())) }
        }
        return Outcome(members: members, profiles: done)
    }

    private static let rowsBetweenReports = 8192
}

extension Connection {
    /// At least as many as there are; counting them would read the whole table.
    fileprivate func profilesEverSeen() throws(ProfileError) -> Int {
        let statement = try prepare("SELECT value - 1 FROM counter WHERE name = 'next_profile_id'")
        guard try statement.step() else { return 0 }
        return Int(statement.integer(at: 0))
    }
}
