import TidegateModel

extension DropOffFileName {
    /// Reads a name, without the folder it is in.
    ///
    /// Names are in ASCII and of at most 242 bytes, and match in their case. A data file may name its own data source as
    /// the target. ID files are packed as gzip at most: their grammar has nothing else.
    package static func parse(_ name: String, timestamps: DropOff.Timestamps) throws(BadFileName) -> DropOffFileName {
        try checkCharacters(name)
        let prefixes = ["ftp_dpm_", "adobe_id_", "c2c_id_"]
        guard let prefix = prefixes.first(where: name.hasPrefix) else {
            if let meant = prefixes.first(where: name.lowercased().hasPrefix) {
                throw BadFileName("prefix \(meant) is not in lower case")
            }
            throw BadFileName("name begins with none of ftp_dpm_, adobe_id_ and c2c_id_")
        }
        let rest = name.dropFirst(prefix.count)
        switch prefix {
        case "ftp_dpm_": return .data(try dataFile(rest, timestamps))
        case "adobe_id_": return .ids(try idFile(rest, .device, timestamps))
        default: return .ids(try idFile(rest, .customer, timestamps))
        }
    }

    /// 255 are what file systems take, and `.receipt.json` must have room behind the name.
    private static let lengthLimit = 242

    private static func checkCharacters(_ name: String) throws(BadFileName) {
        let count = name.utf8.count
        guard count > 0 else { throw BadFileName("name is empty") }
        guard count <= lengthLimit else {
            throw BadFileName("name has \(count) bytes, \(lengthLimit) are allowed, as its receipt's is longer")
        }
        guard !name.utf8.contains(UInt8(ascii: "/")) else { throw BadFileName("name has a folder in it") }
        let isPlain = name.utf8.allSatisfy { $0.isASCIIDigit || $0.isASCIILetter || "_.".utf8.contains($0) }
        guard isPlain else {
            throw BadFileName("name has characters that are not unaccented letters, digits, underscores or dots")
        }
    }

    private static func dataFile(_ rest: Substring, _ timestamps: DropOff.Timestamps) throws(BadFileName)
        -> DataFileName
    {
        guard !rest.hasPrefix("odc_") else { throw BadFileName("variant odc, with a column of ID types, is not read") }
        let parts = FileNameParts(rest)
        guard parts.numbers.count > 1 else { throw BadFileName("DPID or timestamp is missing") }
        guard parts.numbers.count <= 3 else {
            throw BadFileName("name has \(parts.numbers.count) numbers, DPID, target and timestamp are at most 3")
        }
        let dpid = try FileNameParts.number(parts.numbers[0], "DPID")
        let target = parts.numbers.count == 3 ? try FileNameParts.number(parts.numbers[1], "target") : nil
        let timestamp = try parts.timestamp(timestamps)
        let endings = try parts.endings(
            modes: DataFileName.Mode.allCases.map(\.rawValue), packings: [.gzip, .pgp, .gpg])
        try checkOwner(dpid, target)
        return DataFileName(
            dpid: dpid, target: target, timestamp: timestamp, mode: DataFileName.Mode(rawValue: endings.mode) ?? .sync,
            split: endings.split, packing: endings.packing)
    }

    /// Devices' ids that everybody shares own no traits.
    private static func checkOwner(_ dpid: Int64, _ target: Int64?) throws(BadFileName) {
        let owner = target ?? dpid
        guard DataSource.global.contains(where: { $0.dpid == owner && $0.dpid != 0 }) else { return }
        throw BadFileName(
            target == nil
                ? "data source \(dpid) is a global one, so that the name needs the data source of the traits too"
                : "target \(owner) is a global data source, which owns no traits")
    }

    private static func idFile(
        _ rest: Substring, _ relation: IDFileName.Relation, _ timestamps: DropOff.Timestamps
    ) throws(BadFileName) -> IDFileName {
        guard !rest.hasPrefix("c2c_id_"), !rest.hasPrefix("adobe_id_") else {
            throw BadFileName("prefixes adobe_id_ and c2c_id_ exclude each other")
        }
        let parts = FileNameParts(rest)
        let dpidCount = parts.numbers.count - 1
        guard dpidCount >= 2 else { throw BadFileName("name has fewer than 2 data sources or no timestamp") }
        var dpids: [Int64] = []
        for number in parts.numbers.dropLast() {
            let dpid = try FileNameParts.number(number, "DPID \(dpids.count + 1)")
            guard !dpids.contains(dpid) else { throw BadFileName("data source \(dpid) is named twice") }
            dpids.append(dpid)
        }
        let timestamp = try parts.timestamp(timestamps)
        let endings = try parts.endings(modes: ["sync"], packings: [.gzip])
        return IDFileName(
            relation: relation, dpids: dpids, timestamp: timestamp, split: endings.split, packing: endings.packing)
    }
}
