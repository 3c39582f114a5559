import AudienceManager
import TidegateModel
import TidegateTesting

/// What data files do, as slow and as plain as it can be said: dictionaries of sets, a row at a time.
struct DataModel {
    /// One id of one data source in one environment.
    struct Identity: Hashable {
        var environment: DropOff.Environment
        var dpid: Int64
        var id: String
    }

    enum Signal {
        case give(Int64)
        case take(Int64)
        case pair(key: String, value: String)
    }

    /// A line, and what it means.
    enum Row {
        case tooLong
        case fault(RowFault)
        case user(String, [Signal])
    }

    struct File {
        var dpid: Int64
        var owner: Int64
        var overwrites: Bool
        var environment: DropOff.Environment
        var rows: [Row]
    }

    /// By the traits' numbers: who owns each, and which signals give it.
    let owners: [Int64: Int64]
    let rules: [Int64: (_ signals: [(key: String, value: String)]) -> Bool]
    /// By data source: the keys that its rules ask for.
    let asked: [Int64: Set<String>]
    let devices: Set<Int64>
    let linesPerUser: Int

    private(set) var known: Set<Identity> = []
    private(set) var holders: [Int64: Set<Identity>] = [:]

    init(
        owners: [Int64: Int64], rules: [Int64: (_ signals: [(key: String, value: String)]) -> Bool],
        asked: [Int64: Set<String>], devices: Set<Int64>, linesPerUser: Int
    ) {
        self.owners = owners
        self.rules = rules
        self.asked = asked
        self.devices = devices
        self.linesPerUser = linesPerUser
    }

    mutating func introduce(_ identity: Identity) {
        known.insert(identity)
    }

    mutating func take(_ file: File) -> DataCounts {
        var counts = DataCounts()
        var linesOf: [String: Int] = [:]
        var failed: Set<String> = []
        var stored: Set<String> = []
        counts.recordsReceived = file.rows.count
        for row in file.rows {
            switch row {
            case .tooLong:
                counts.excluded["line-too-long", default: 0] += 1
            case .fault(let fault):
                counts.rejected[fault.rawValue, default: 0] += 1
                if fault == .invalidDeviceID { counts.invalidDeviceIDs += 1 } else { counts.formatErrors += 1 }
            case .user(let id, let signals):
                let identity = Identity(environment: file.environment, dpid: file.dpid, id: id)
                if devices.contains(file.dpid), !known.contains(identity) {
                    counts.rejected["no-matching-id", default: 0] += 1
                    counts.noMatchingAAMIDs += 1
                    continue
                }
                known.insert(identity)
                linesOf[id, default: 0] += 1
                guard linesOf[id, default: 0] <= linesPerUser else {
                    counts.excluded["user-line-limit", default: 0] += 1
                    continue
                }
                take(signals, of: identity, in: file, isFirst: !stored.contains(id), &counts, &failed, &stored)
            }
        }
        counts.recordsProcessed = counts.recordsReceived - counts.excluded.values.reduce(0, +)
        counts.totalDevices = stored.count
        counts.usersWithFailedTraits = failed.count
        return counts
    }

    private mutating func take(
        _ signals: [Signal], of identity: Identity, in file: File, isFirst: Bool, _ counts: inout DataCounts,
        _ failed: inout Set<String>, _ stored: inout Set<String>
    ) {
        var given: Set<Int64> = []
        var taken: Set<Int64> = []
        var last: [Int64: Bool] = [:]
        let pairs = signals.compactMap { signal in
            if case .pair(let key, let value) = signal {
                (key: key.lowercased(), value: value.lowercased())
            } else {
                nil
            }
        }
        for (trait, rule) in rules where owners[trait] == file.owner && !pairs.isEmpty && rule(pairs) {
            given.insert(trait)
            last[trait] = true
        }
        for signal in signals {
            counts.totalSignals += 1
            switch signal {
            case .give(let sid) where owners[sid] == file.owner:
                given.insert(sid)
                last[sid] = true
            case .take where file.overwrites: break
            case .take(let sid) where owners[sid] == file.owner:
                taken.insert(sid)
                last[sid] = false
            case .give, .take:
                counts.traitsFailedValidation += 1
                counts.unusedSignals += 1
                failed.insert(identity.id)
            case .pair(let key, _):
                if asked[file.owner]?.contains(key.lowercased()) != true { counts.unusedSignals += 1 }
            }
        }
        guard !last.isEmpty else {
            counts.rejected["no-trait-realized", default: 0] += 1
            counts.noTraitRealized += 1
            return
        }
        if file.overwrites, isFirst {
            for (trait, owner) in owners where owner == file.owner { holders[trait]?.remove(identity) }
        }
        stored.insert(identity.id)
        counts.storedRecords += 1
        counts.realizedTraits += given.count
        counts.removedTraits += taken.count
        for (trait, isGiven) in last {
            if isGiven { holders[trait, default: []].insert(identity) } else { holders[trait]?.remove(identity) }
        }
    }
}
