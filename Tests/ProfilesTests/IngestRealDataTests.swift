import Foundation
import Testing
import TidegateModel

@testable import Profiles

/// Customers that may lie beside the project; where they do not, these tests are skipped and say so.
@Suite(.enabled(if: RealCustomers.areThere, "no customers.csv and customers.jsonl in ../shared/data/customers"))
struct IngestRealDataTests {
    @Test func `real customers are all taken, the same from CSV and JSON Lines`() throws {
        let csv = try ingested("customers.csv", .csv)
        let jsonl = try ingested("customers.jsonl", .jsonl)
        #expect(csv.report.rowsRead > 20_000 && csv.report.inserted == csv.report.rowsRead)
        #expect(csv.report.rejectedRows == 0 && csv.report.undelivered.isEmpty)
        #expect(jsonl.report.inserted == csv.report.inserted)
        #expect(csv.profiles == jsonl.profiles)
    }

    @Test func `real customers change nothing when they come again`() throws {
        let fixture = try IngestFixture()
        let source = fixture.source(RealCustomers.folder + "/customers.csv", columns: RealCustomers.columns)
        let first = try fixture.ingest(source, schema: RealCustomers.schema)
        let again = try fixture.ingest(source, schema: RealCustomers.schema)
        #expect(again.unchanged == first.inserted && again.updated == 0 && again.inserted == 0)
    }

    private func ingested(_ name: String, _ format: Source.Format) throws -> (report: IngestReport, profiles: [String])
    {
        let fixture = try IngestFixture()
        let source = fixture.source(RealCustomers.folder + "/" + name, format: format, columns: RealCustomers.columns)
        let report = try fixture.ingest(source, schema: RealCustomers.schema)
        let columns = RealCustomers.schema.attributes.dropFirst().map { "\($0.name):\($0.type.rawValue)" }
        let values = (["key"] + columns).map { "quote(\"\($0)\")" }.joined(separator: " || ' ' || ")
        return (report, try fixture.rows("SELECT \(values) FROM profile ORDER BY key"))
    }
}

enum RealCustomers {
    static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("shared/data/customers").path

    static var areThere: Bool {
        ["customers.csv", "customers.jsonl"].allSatisfy {
            FileManager.default.isReadableFile(atPath: folder + "/" + $0)
        }
    }

    static let columns = ["spent": "total_spend"]

    static let schema = ProfileSchema(
        key: "customer_id",
        attributes: [
            Attribute("customer_id", .text), Attribute("email", .text), Attribute("first_name", .text),
            Attribute("last_name", .text), Attribute("locale", .text), Attribute("city", .text),
            Attribute("country", .text), Attribute("phone", .text), Attribute("consent", .boolean),
            Attribute("orders", .integer), Attribute("items", .integer), Attribute("spent", .real),
            Attribute("first_purchase", .date), Attribute("last_purchase", .date),
        ]
    )
}
