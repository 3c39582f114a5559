import AudienceManager
import TidegateModel

/// Names by the grammar as one regular expression for each kind of file, and the rules that no expression can hold.
enum SlowNames {
    // Compiled once; nothing changes them.
    private nonisolated(unsafe) static let dataGrammar =
        /ftp_dpm_([0-9]+)(?:_([0-9]+))?_([0-9]{9,10})\.(sync|overwrite)(?:\.([0-9]+))?(?:\.(gz|pgp|gpg))?/
        .matchingSemantics(.unicodeScalar)
    private nonisolated(unsafe) static let idGrammar =
        /(adobe_id|c2c_id)((?:_[0-9]+){2,})_([0-9]{9,10})\.sync(?:\.([0-9]+))?(\.gz)?/
        .matchingSemantics(.unicodeScalar)

    static func read(_ name: String, _ timestamps: DropOff.Timestamps) -> DropOffFileName? {
        guard name.utf8.count <= 242 else { return nil }
        return dataFile(name, timestamps) ?? idFile(name, timestamps)
    }

    private static func dataFile(_ name: String, _ timestamps: DropOff.Timestamps) -> DropOffFileName? {
        guard let match = name.wholeMatch(of: dataGrammar),
            timestamps == .lenient || match.3.count == 10,
            let dpid = Int64(match.1), let timestamp = Int64(match.3),
            let mode = DataFileName.Mode(rawValue: String(match.4))
        else { return nil }
        let target = match.2.map { Int64($0) }
        let split = match.5.map { Int($0) }
        if target == .some(.none) || split == .some(.none) { return nil }
        let file = DataFileName(
            dpid: dpid, target: target ?? nil, timestamp: timestamp, mode: mode, split: split ?? nil,
            packing: match.6.flatMap { Packing(rawValue: String($0)) } ?? .none)
        let shared: Set<Int64> = [20914, 20915, 121963, 389146, 963906, 488258, 1_171_485, 1_171_489]
        return shared.contains(file.owner) ? nil : .data(file)
    }

    private static func idFile(_ name: String, _ timestamps: DropOff.Timestamps) -> DropOffFileName? {
        guard let match = name.wholeMatch(of: idGrammar),
            timestamps == .lenient || match.3.count == 10,
            let timestamp = Int64(match.3), let relation = IDFileName.Relation(rawValue: String(match.1))
        else { return nil }
        let dpids = match.2.split(separator: "_").map { Int64($0) }
        let split = match.4.map { Int($0) }
        if dpids.contains(nil) || Set(dpids).count < dpids.count || split == .some(.none) { return nil }
        return .ids(
            IDFileName(
                relation: relation, dpids: dpids.compactMap { $0 }, timestamp: timestamp, split: split ?? nil,
                packing: match.5 == nil ? .none : .gzip))
    }
}
