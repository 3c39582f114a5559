import AudienceManager
import TidegateModel

/// Writes what a data file's rows say into the store, inside the connection's transaction.
struct DataFileWriting {
    let taking: FileTaking
    let dataSource: DataSource
    /// Whether the rows of an id replace all traits that it had of the owner.
    let replaces: Bool
    /// All of the owner.
    let traits: [Trait]
    let tally: DataTally
    let tuning: DataTuning
    let connection: Connection

    private var environment: DropOff.Environment { taking.dropOff.environment }
    /// People's ids are kept, and become of use with a later ID file; devices must be known.
    private var keepsUnknown: Bool { dataSource.kind == .crossDevice }

    func run(_ rows: DataRecordMerge) throws(ProfileError) {
        try connection.execute("PRAGMA cache_size = -\(tuning.cache)")
        let identities = try Identities(in: environment, on: connection)
        if !keepsUnknown { try identities.addValues(of: dataSource, schema: taking.schema) }
        let changes = try TraitChanges(in: taking.store.folder, limit: tuning.changes)
        let replaced = ProfileSet()
        let users = DataUsers(linesPerUser: taking.dropOff.maxLinesPerUser, traits: traits.count)
        while rows.current != nil {
            try taking.stopIfCancelled()
            users.removeAll()
            while rows.current != nil, users.count < tuning.batch, users.weight < tuning.changes {
                try users.take(from: rows, tally: tally, mayBeUnknown: !keepsUnknown)
            }
            let numbers = try identities.numbers(of: users.ids, source: dataSource.dpid, adding: keepsUnknown)
            try count(users, numbers)
            try keep(users, numbers, changes, replaced)
        }
        try identities.finish()
        try changes.finish()
        try write(changes, replaced)
    }

    private func count(_ users: DataUsers, _ numbers: [UInt32]) throws(ProfileError) {
        for (index, user) in users.users.enumerated() {
            if let kind = PersonalData.kind(of: users.ids[index]) { tally.warn(kind) }
            if numbers[index] != 0 {
                tally.add(user)
            } else {
                tally.reject(.noMatchingID, rows: user.rows)
            }
        }
        for sample in users.samples where (sample.fault == .noMatchingID) == (numbers[sample.user] == 0) {
            tally.sample(sample.fault, sample.line)
        }
    }

    private func keep(
        _ users: DataUsers, _ numbers: [UInt32], _ changes: TraitChanges, _ replaced: ProfileSet
    ) throws(ProfileError) {
        for (index, number) in numbers.enumerated() where number != 0 {
            try users.forEachChange(of: index) { change throws(ProfileError) in
                try changes.append(change, of: number)
            }
            if replaces, users.users[index].stored > 0 { replaced.insert(number) }
        }
    }

    private func write(_ changes: TraitChanges, _ replaced: ProfileSet) throws(ProfileError) {
        let sets = TraitSets(in: environment, on: connection)
        for (place, trait) in traits.enumerated() where replaces || changes.hasChanges(of: place) {
            try taking.stopIfCancelled()
            let old = try sets.identities(having: trait.sid)
            let lost = replaces ? replaced : try changes.identities(of: place, given: false)
            let new = old.subtracting(lost).union(try changes.identities(of: place, given: true))
            if !new.isEqual(to: old) { try sets.set(new, having: trait.sid) }
        }
    }
}
