import Foundation
import Testing
import TidegateModel

@testable import Profiles

@Suite struct IngestReplaceTests {
    private let fixture: IngestFixture

    init() throws { fixture = try IngestFixture() }

    private func source(_ text: String, name: String, id: UUID? = nil) throws -> Source {
        fixture.source(try fixture.write(text, as: name + ".csv"), name: name, id: id, mode: .replace)
    }

    @Test func `a renamed source with the same id goes on replacing what it delivered`() throws {
        let id = UUID()
        try fixture.ingest(source("id,name\na,1\nb,2\n", name: "crm", id: id))
        #expect(try fixture.ingest(source("id,name\nb,2\n", name: "customers", id: id)).removed == 1)
        #expect(try fixture.profiles("key", "id") == ["'b' 2"])
        #expect(try fixture.rows("SELECT source FROM source_profiles") == [id.uuidString.lowercased()])
        #expect(try fixture.rows("SELECT source FROM ingest ORDER BY id") == ["crm", "customers"])
    }

    @Test func `a renamed source is still not believed when it delivers nobody`() throws {
        let id = UUID()
        try fixture.ingest(source("id\na\n", name: "crm", id: id))
        #expect(
            fixture.failure(try source("id\n", name: "customers", id: id))
                == .rejected(
                    "source 'customers' delivers no profile, and as it replaces, would take away all 1 it delivered before"
                )
        )
    }

    @Test func `a source that another took the name of is still another`() throws {
        let old = try source("id\na\nb\n", name: "crm", id: UUID())
        try fixture.ingest(old)
        let new = try source("id\nb\n", name: "crm", id: UUID())
        #expect(try fixture.ingest(new, declared: [old.id, new.id]).removed == 0)
        #expect(try fixture.profiles("key") == ["'a'", "'b'"])
    }

    @Test func `a source that is declared no more protects nothing`() throws {
        let crm = try source("id,name\na,1\nb,2\nc,3\n", name: "crm")
        let shop = try source("id,orders\na,1\nb,2\n", name: "shop")
        try fixture.ingest(crm, declared: [crm.id, shop.id])
        try fixture.ingest(shop, declared: [crm.id, shop.id])
        let shorter = try source("id,name\nb,2\n", name: "crm")
        #expect(try fixture.ingest(shorter, declared: [crm.id, shop.id]).removed == 1)
        #expect(try fixture.profiles("key") == ["'a'", "'b'"])
        let other = try source("id,name\nd,4\n", name: "crm")
        #expect(try fixture.ingest(other, declared: [crm.id]).removed == 1)
        #expect(try fixture.profiles("key") == ["'a'", "'d'"])
    }

    @Test func `who is removed is kept with the id, also when the key comes back`() throws {
        try fixture.ingest(csv: "id\na\nb\n", mode: .replace)
        try fixture.ingest(csv: "id\nb\n", mode: .replace)
        try fixture.ingest(csv: "id\na\nb\n", mode: .replace)
        try fixture.ingest(csv: "id\nb\n", mode: .replace)
        #expect(try fixture.rows("SELECT id || ' ' || key FROM removed_profile ORDER BY id") == ["1 a", "3 a"])
    }
}
