import AudienceManager
import Digests
import Foundation
import Profiles
import TidegateModel

/// Takes data files into a store, as an ingest does with a drop-off's files once they are on this machine.
enum DropOffs {
    /// `STORE FILE…`: the store's path, and data files. Answers what the last receipt counts, and seconds of processor
    /// time for each file.
    static func taken(_ arguments: [String]) throws -> [String: Double] {
        guard arguments.count >= 2 else { throw Deliveries.WrongUsage() }
        let store = try ProfileStore(path: arguments[0])
        let dropOff = DropOff(place: .directory(DirectoryPlace(path: "/nowhere")))
        let source = Source(
            id: UUID(kind: "Source", name: "drop"), name: "drop", from: "/nowhere", format: .audienceManager,
            dropOff: dropOff)
        var figures: [String: Double] = [:]
        for (index, path) in arguments.dropFirst().enumerated() {
            let begun = Measure.processorTime()
            let receipt = try store.take(
                try arrived(path, index), of: source, catalogue: catalogue, schema: schema, clock: MachineClock())
            guard let counts = receipt.data, counts.storedRecords == counts.recordsReceived else {
                throw Deliveries.WrongUsage()
            }
            let seconds = Measure.processorTime() - begun
            figures["seconds-\(index + 1)"] = seconds
            figures["linesPerSecond-\(index + 1)"] = Double(counts.recordsReceived) / seconds
            figures["lines"] = Double(counts.recordsReceived)
            figures["signals"] = Double(counts.totalSignals)
            figures["unused"] = Double(counts.unusedSignals)
            figures["realized"] = Double(counts.realizedTraits)
            figures["removed"] = Double(counts.removedTraits)
            figures["ids"] = Double(counts.totalDevices)
        }
        return figures
    }

    /// The digest is made while a file is fetched, and not a part of taking it.
    private static func arrived(_ path: String, _ index: Int) throws -> ArrivedFile {
        let name = "ftp_dpm_100_\(1_366_545_717 + index).sync" + (path.hasSuffix(".gz") ? ".gz" : "")
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int64 ?? 0
        return ArrivedFile(
            path: path, name: try DropOffFileName.parse(name, timestamps: .strict), file: path, size: size,
            modifiedAt: nil, sha256: path)
    }

    private static let schema = ProfileSchema(key: "id", attributes: [Attribute("id", .text)])

    /// As many traits as `sample-data --signals` speaks of, and twenty that signals fulfil.
    private static var catalogue: DropOffCatalogue {
        let source = DataSource(id: UUID(kind: "DataSource", name: "crm"), name: "crm", dpid: 100, kind: .crossDevice)
        let colors = ["red", "blue", "dark green", "gold"]
        let rules = colors.flatMap { color in
            [
                "color = '\(color)'", "product = 'camera' and color = '\(color)'",
                "plan = '\(color)' or brand = '\(color)'",
                "price > 100 and not color = '\(color)'", "d_city in ('New York', 'Malmö') and plan = '\(color)'",
            ]
        }
        let traits = (1...200).map { trait(Int64($0), nil) } + rules.enumerated().map { trait(Int64($0 + 1001), $1) }
        return DropOffCatalogue(dataSources: [source], traits: traits)
    }

    private static func trait(_ sid: Int64, _ rule: String?) -> Trait {
        Trait(id: UUID(kind: "Trait", name: "\(sid)"), name: "trait \(sid)", sid: sid, dataSource: "crm", rule: rule)
    }
}
