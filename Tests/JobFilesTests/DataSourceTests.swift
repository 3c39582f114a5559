import JobFiles
import Testing
import TidegateModel

/// Data sources, traits and the numbers of segments, as they are read; `Broken/` has what is refused.
struct DataSourceTests {
    @Test func `data sources and traits are read with what is left out`() throws {
        let spec = try spec(
            """
            { kind: DataSource, name: crm-ids, dpid: 478, type: cross-device, ids: sha256, attribute: customer_id }
            ---
            { kind: DataSource, name: web, dpid: 9007199254740993, type: device }
            ---
            { kind: Trait, name: bought-shoes, sid: 24, dataSource: crm-ids, description: Shoes, where: "product = 'shoes'" }
            ---
            { kind: Trait, name: bought-boots, sid: 25, dataSource: web }
            ---
            { kind: Segment, name: shod, where: has_trait(24) or has_trait(25) and in_segment('vip') }
            """
        )
        let crm = try #require(spec.dataSources.first)
        #expect(spec.dataSources.map(\.name) == ["crm-ids", "web"])
        #expect(crm.dpid == 478 && crm.kind == .crossDevice && crm.form == .sha256 && crm.attribute == "customer_id")
        #expect(spec.dataSources[1].dpid == 9_007_199_254_740_993)
        #expect(spec.dataSources[1].form == .any && spec.dataSources[1].attribute == nil)
        #expect(spec.traits.map(\.sid) == [24, 25])
        #expect(spec.traits.map(\.dataSource) == ["crm-ids", "web"])
        #expect(spec.traits.map(\.rule) == ["product = 'shoes'", nil])
        #expect(Set(spec.dataSources.map(\.id) + spec.traits.map(\.id)).count == 4)
    }

    @Test func `a global data source keeps its form when a document gives it an attribute and a name`() throws {
        let spec = try spec(
            "{ kind: DataSource, name: android, dpid: 20914, type: device, attribute: email, ids: lowercase-uuid }"
        )
        #expect(spec.dataSources.map(\.form) == [.lowercaseUUID])
        let plain = try self.spec("{ kind: DataSource, name: idfa, dpid: 20915, type: device }")
        #expect(plain.dataSources.map(\.form) == [.uppercaseUUID])
    }

    @Test func `Audience Manager's own ids may own traits where a document declares them`() throws {
        let spec = try spec(
            """
            { kind: DataSource, name: aam-uuid, dpid: 0, type: device }
            ---
            { kind: Trait, name: seen, sid: 1, dataSource: aam-uuid }
            """
        )
        #expect(spec.traits.map(\.dataSource) == ["aam-uuid"])
        #expect(spec.dataSources.map(\.form) == [.aamUUID])
    }

    @Test func `a segment has the number that is written, and a trait may have the same`() throws {
        let spec = try spec(
            """
            { kind: Segment, name: loyal, where: orders > 3, sid: 24 }
            ---
            { kind: DataSource, name: web, dpid: 1, type: device }
            ---
            { kind: Trait, name: seen, sid: 24, dataSource: web }
            """
        )
        #expect(spec.segment(named: "loyal")?.sid == 24)
        #expect(spec.segment(named: "vip")?.sid == nil)
    }

    private func spec(_ text: String) throws -> JobSpec {
        let reading = try ValidFixture(name: "text", text: text).reading()
        #expect(reading.findings.map(\.description) == [])
        return try #require(reading.spec)
    }
}
