import AudienceManager
import Foundation
import Testing
import TidegateModel
import TidegateTesting

@testable import Profiles

/// Random sequences of files, against a definition that is slow and obvious.
@Suite struct DataFilePropertyTests {
    private static let lineBytes = 300
    /// One of them true of a row in which nothing stands.
    private static let traits =
        DataFixture.traits + [
            Trait(
                id: UUID(), name: "not red", sid: 7, dataSource: "crm", rule: "not color = 'red'")
        ]

    private func model(linesPerUser: Int) -> DataModel {
        func has(_ key: String, _ value: String) -> (([(key: String, value: String)]) -> Bool) {
            { $0.contains { $0.key == key && $0.value == value } }
        }
        return DataModel(
            owners: [
                1: 100, 2: 100, 3: 100, 4: 100, 5: 100, 6: 100, 7: 100, 11: 400, 12: 400, 13: 400, 21: 300, 22: 300,
            ],
            rules: [
                4: has("color", "red"), 5: has("ic", "52"),
                6: { has("color", "red")($0) && has("size", "xl")($0) }, 7: { !has("color", "red")($0) },
                13: has("color", "blue"),
            ],
            asked: [100: ["color", "ic", "size"], 400: ["color"]], devices: [300, 500], linesPerUser: linesPerUser)
    }

    @Test(arguments: 0..<24)
    func `files do what the plain definition says, counters and all`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let fixture = try DataFixture()
        fixture.limits = (lines: [1, 2, 3, 200].randomElement(using: &random) ?? 2, bytes: Self.lineBytes)
        // Bounds that are met all the time.
        fixture.tuning = DataTuning(
            chunk: Int.random(in: 16...2000, using: &random), sortRun: Int.random(in: 64...6000, using: &random),
            mergeBuffers: 64 << 10, batch: Int.random(in: 1...40, using: &random),
            changes: Int.random(in: 1...60, using: &random))
        var model = model(linesPerUser: fixture.limits.lines)
        for number in 0..<8 {
            if Bool.random(using: &random) { try introduce(to: &model, fixture, &random) }
            let file = file(&random)
            let lines = file.rows.map { line($0, &random) }
            var bytes = Array(lines.joined())
            if Bool.random(using: &random) { bytes = Array(bytes.dropLast(bytes.last == 0x0A ? 1 : 0)) }
            guard !lines.isEmpty, bytes.last != 0x0D, !bytes.isEmpty else { continue }
            let isPacked = Bool.random(using: &random)
            let name =
                "ftp_dpm_\(file.dpid)\(file.owner == file.dpid ? "" : "_\(file.owner)")_\(1_366_545_717 + number)."
                + (file.overwrites ? "overwrite" : "sync") + (isPacked ? ".gz" : "")
            let arrived = try fixture.file(name, isPacked ? gzip(bytes) : bytes)
            let receipt = try fixture.take(arrived, in: file.environment, traits: Self.traits)
            #expect(receipt.outcome == .taken)
            #expect(receipt.data?.addUp == true)
            #expect(receipt.data == model.take(file), "file \(number)")
            try compare(model, fixture)
        }
    }

    private func compare(_ model: DataModel, _ fixture: DataFixture) throws {
        for environment in DropOff.Environment.allCases {
            for trait in model.owners.keys {
                let wanted = model.holders[trait, default: []].filter { $0.environment == environment }
                    .map { "\($0.dpid)/\($0.id)" }
                #expect(try fixture.holders(of: trait, in: environment) == wanted.sorted(), "trait \(trait)")
            }
        }
        #expect(try fixture.rows("SELECT count(*) FROM identity") == ["\(model.known.count)"])
    }

    private func introduce(to model: inout DataModel, _ fixture: DataFixture, _ random: inout SeededGenerator) throws {
        let environment = DropOff.Environment.allCases.randomElement(using: &random) ?? .beta
        let ids = (0..<3).map { _ in "d\(Int.random(in: 0..<8, using: &random))" }
        try fixture.introduce(ids, of: 300, in: environment)
        for id in ids { model.introduce(.init(environment: environment, dpid: 300, id: id)) }
    }

    private func file(_ random: inout SeededGenerator) -> DataModel.File {
        let (dpid, owner) =
            [(100, 100), (100, 400), (400, 400), (300, 300), (300, 100)].randomElement(using: &random)
            .map { (Int64($0.0), Int64($0.1)) } ?? (100, 100)
        let users = [3, 8, 40].randomElement(using: &random) ?? 8
        return DataModel.File(
            dpid: dpid, owner: owner, overwrites: Int.random(in: 0..<3, using: &random) == 0,
            environment: Int.random(in: 0..<4, using: &random) == 0 ? .beta : .production,
            rows: (0..<Int.random(in: 1...80, using: &random)).map { _ in row(dpid, users, &random) })
    }

    private func row(_ dpid: Int64, _ users: Int, _ random: inout SeededGenerator) -> DataModel.Row {
        switch Int.random(in: 0..<40, using: &random) {
        case 0: return .tooLong
        case 1: return .fault(.noTab)
        case 2: return .fault(.malformedSignal)
        case 3: return .fault(.emptyList)
        case 4: return .fault(dpid == 300 ? .invalidDeviceID : .idWithColon)
        case 5: return .fault(.secondTab)
        default:
            let id = (dpid == 300 ? "d" : "Kunde ") + "\(Int.random(in: 0..<users, using: &random))"
            return .user(id, (0..<Int.random(in: 1...7, using: &random)).map { _ in signal(&random) })
        }
    }

    private func signal(_ random: inout SeededGenerator) -> DataModel.Signal {
        let sid = Int64([1, 2, 3, 4, 5, 11, 12, 13, 21, 22, 99].randomElement(using: &random) ?? 1)
        switch Int.random(in: 0..<8, using: &random) {
        case 0..<3: return .give(sid)
        case 3..<5: return .take(sid)
        case 5: return .pair(key: "ic", value: ["52", "53"].randomElement(using: &random) ?? "52")
        default:
            return .pair(
                key: ["color", "Color", "SIZE", "shape"].randomElement(using: &random) ?? "color",
                value: ["red", "RED", "blue", "xl", "a, b = c|d"].randomElement(using: &random) ?? "red")
        }
    }

    /// One of the ways to write a row, its end included.
    private func line(_ row: DataModel.Row, _ random: inout SeededGenerator) -> [UInt8] {
        let end = Int.random(in: 0..<4, using: &random) == 0 ? "\r\n" : "\n"
        let text: String
        switch row {
        case .tooLong:
            let excess = [1, 2, 3, 5000].randomElement(using: &random) ?? 1
            text = "u\td_sid=1,k=".padding(toLength: Self.lineBytes + excess, withPad: "x", startingAt: 0)
        case .fault(.noTab): text = "nothing here"
        case .fault(.malformedSignal): text = "u\td_sid=one"
        case .fault(.emptyList): text = "u\t, ,"
        case .fault(.secondTab): text = "u\td_sid=1\t"
        case .fault(.idWithColon): text = ["a:b\td_sid=1", "a%3ab\td_sid=1"].randomElement(using: &random) ?? ""
        case .fault: text = "no device\td_sid=1"
        case .user(let id, let signals):
            let separator = [",", " , ", ",,"].randomElement(using: &random) ?? ","
            text = id + "\t" + signals.map { word($0, &random) }.joined(separator: separator)
        }
        return Array((text + end).utf8)
    }

    private func word(_ signal: DataModel.Signal, _ random: inout SeededGenerator) -> String {
        switch signal {
        case .give(let sid): return ["d_sid=\(sid)", "D_SID = \"\(sid)\""].randomElement(using: &random) ?? ""
        case .take(let sid):
            return ["d_unsid=\(sid)", "\(sid):0", "\(sid):-1", "-d_unsid = \(sid)"].randomElement(using: &random) ?? ""
        case .pair("ic", let value):
            return [value, "ic=\(value)", "\"ic\"=\"\(value)\""].randomElement(using: &random) ?? ""
        case .pair(let key, let value):
            let quoted = value.contains(",") || Bool.random(using: &random) ? "\"\(value)\"" : value
            return (Bool.random(using: &random) ? "\"\(key)\" = " : "\(key)=") + quoted
        }
    }
}
