import AudienceManager
import TidegateModel

/// Where a parser and its slow, obvious double disagree, or speaks of bytes that are not there; nil where all is well.
/// Property tests, the fuzz test and the fuzzer ask this.
enum Agreement {
    static let idFiles = [
        IDFileName(relation: .device, dpids: [0, 123], timestamp: 1_454_442_149),
        IDFileName(relation: .device, dpids: [111, 222, 333, 444], timestamp: 1_454_442_149),
        IDFileName(relation: .customer, dpids: [123, 898], timestamp: 1_454_442_149),
    ]

    static func complaint(aboutDataRow line: [UInt8], _ parser: DataLineParser) -> String? {
        complaint(line, ReadRow.byDataLineParser(line, parser), SlowRows.data(line))
    }

    static func complaint(aboutIDRow line: [UInt8]) -> String? {
        for name in idFiles {
            let columns = name.relation == .customer ? 2...11 : name.dpids.count...name.dpids.count
            let read = ReadRow.byIDLineParser(line, IDLineParser(name))
            if let complaint = complaint(line, read, SlowRows.ids(line, columns: columns)) { return complaint }
        }
        return nil
    }

    static func complaint(aboutName name: String) -> String? {
        for timestamps in DropOff.Timestamps.allCases {
            let slow = SlowNames.read(name, timestamps)
            let read = try? DropOffFileName.parse(name, timestamps: timestamps)
            if read != slow {
                return "\(name.debugDescription) is \(String(describing: read)), not \(String(describing: slow))"
            }
        }
        return nil
    }

    /// Cuts at line feeds, as files are.
    static func complaint(aboutDataFile bytes: [UInt8]) -> String? {
        let parser = DataLineParser()
        for line in bytes.split(separator: 10, omittingEmptySubsequences: false) {
            if let complaint = complaint(aboutDataRow: Array(line), parser) { return complaint }
        }
        return nil
    }

    static func complaint(aboutIDFile bytes: [UInt8]) -> String? {
        for line in bytes.split(separator: 10, omittingEmptySubsequences: false) {
            if let complaint = complaint(aboutIDRow: Array(line)) { return complaint }
        }
        return nil
    }

    private static func complaint(_ line: [UInt8], _ read: ReadRow?, _ slow: ReadRow) -> String? {
        guard read != slow else { return nil }
        let shown = String(decoding: line.prefix(400), as: UTF8.self).debugDescription
        return "\(shown) is \(read.map { "\($0)" } ?? "out of bounds"), not \(slow)"
    }
}
