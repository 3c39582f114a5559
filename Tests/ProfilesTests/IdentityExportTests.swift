import Digests
import Foundation
import Testing
import TidegateModel

@testable import Profiles

@Suite struct IdentityExportTests {
    private let fixture: IdentityExportFixture
    /// Of a, b, c and d, with the phones p1, p2, p1 and none.
    private let ids: [UInt32]

    init() throws {
        fixture = try IdentityExportFixture()
        let export = fixture.export
        let phones: [ExportFixture.Value] = ["p1", "p2", "p1", nil]
        ids = try zip(["a", "b", "c", "d"], phones).map { try export.add($0, [$1, 5]) }
    }

    private func delivered(by request: IdentityExportRequest) throws -> ProfileSet {
        try #require(try fixture.export.store.deliveredProfiles(by: request.run))
    }

    @Test func `an id lists the segments of all its profiles, each once and by number`() throws {
        let now = try fixture.publish([24: [ids[0], ids[1]], 25: [ids[2]], 26: [ids[0], ids[2]]])
        let (text, counts) = try fixture.staged(try fixture.request(now, isFull: true))
        #expect(text == "p1 24,25,26 \np2 24 \n")
        #expect(counts == RunCounts(selected: 3, exported: 3))
    }

    @Test func `a full file tells of everyone, and of who left since the last delivery`() throws {
        let before = try fixture.publish([24: [ids[0], ids[1]], 25: [ids[1]]])
        let now = try fixture.publish([24: [ids[0]], 26: [ids[0]]])
        let request = try fixture.request(now, since: before, isFull: true)
        #expect(try fixture.text(request) == "p1 24,26 \np2  24,25\n")
        #expect(try delivered(by: request).isEqual(to: ProfileSet([ids[0], ids[1]])))
    }

    @Test func `an incremental file tells what was gained and lost, and nothing of ids that changed nothing`() throws {
        let before = try fixture.publish([24: [ids[0], ids[1]], 25: [ids[1]]])
        let now = try fixture.publish([24: [ids[0], ids[1]], 26: [ids[1]]])
        let (text, counts) = try fixture.staged(try fixture.request(now, since: before))
        #expect(text == "p2 26 25\n")
        #expect(counts == RunCounts(selected: 1, exported: 1))
    }

    @Test func `the first incremental file is everything`() throws {
        let now = try fixture.publish([24: [ids[0], ids[1]]])
        #expect(try fixture.text(try fixture.request(now)) == "p1 24 \np2 24 \n")
    }

    @Test func `a segment that is new to the dataflow is gained by everyone in it`() throws {
        let before = try fixture.publish([24: ids, 25: ids])
        let now = try fixture.publish([24: ids, 25: ids])
        var request = try fixture.request(now, since: before)
        request.baselines[fixture.segments[1].id] = nil
        #expect(try fixture.text(request) == "p1 25 \np2 25 \n")
    }

    @Test func `an id stays in a segment as long as one of its profiles does`() throws {
        let before = try fixture.publish([24: [ids[0], ids[2]], 25: [ids[0]]])
        let now = try fixture.publish([24: [ids[2]], 25: [ids[0], ids[2]]])
        let request = try fixture.request(now, since: before)
        let (text, counts) = try fixture.staged(request)
        #expect(text == "")
        #expect(counts == RunCounts(selected: 2, exported: 0, skipped: ["unchanged-id": 2]))
        #expect(try delivered(by: request).isEmpty)
    }

    @Test func `profiles without an id of the data source are skipped and counted`() throws {
        let empty = try fixture.export.add("e", ["", 5])
        let now = try fixture.publish([24: ids + [empty]])
        let (_, counts) = try fixture.staged(try fixture.request(now, isFull: true))
        #expect(counts == RunCounts(selected: 5, exported: 3, skipped: ["no-id": 2]))
    }

    @Test func `an id that rows cannot hold is skipped and counted, and never written`() throws {
        let odd = try fixture.export.add("e", ["two words", 5])
        let line = try fixture.export.add("f", ["two\nlines", 5])
        let now = try fixture.publish([24: [ids[1], odd, line]])
        let (text, counts) = try fixture.staged(try fixture.request(now, isFull: true))
        #expect(text == "p2 24 \n")
        #expect(counts == RunCounts(selected: 3, exported: 1, skipped: ["unwritable-id": 2]))
    }

    @Test func `an id that does not look like those of the data source never goes out`() throws {
        let digest = String(repeating: "0a", count: 32)
        let hashed = try fixture.export.add("e", [.text(digest), 5])
        var request = try fixture.request(try fixture.publish([24: [ids[0], hashed]]))
        request.dataSource.form = .sha256
        let (text, counts) = try fixture.staged(request)
        #expect(text == "\(digest) 24 \n")
        #expect(counts == RunCounts(selected: 2, exported: 1, skipped: ["invalid-id": 1]))
    }

    @Test func `a number is an id too`() throws {
        let source = DataSource(id: UUID(), name: "numbers", dpid: 9, kind: .crossDevice, attribute: "number")
        let now = try fixture.publish([24: ids])
        #expect(try fixture.text(try fixture.request(now, of: source)) == "5 24 \n")
    }

    @Test func `who left and was removed is told of under the key, and under nothing else`() throws {
        let before = try fixture.publish([24: [ids[0], ids[1]]])
        try fixture.export.remove(ids[1])
        let now = try fixture.publish([24: [ids[0]]])
        let byKey = try fixture.staged(try fixture.request(now, since: before, of: IdentityExportFixture.customer))
        #expect(byKey == ("b  24\n", RunCounts(selected: 1, exported: 1)))
        let byPhone = try fixture.staged(try fixture.request(now, since: before))
        #expect(byPhone == ("", RunCounts(selected: 1, exported: 0, skipped: ["profile-removed": 1])))
    }

    @Test func `who came back under the same key has not left`() throws {
        let before = try fixture.publish([24: [ids[1]], 25: [ids[1]]])
        try fixture.export.remove(ids[1])
        let back = try fixture.export.add("b", ["p2", 5])
        let now = try fixture.publish([24: [back], 26: [back]])
        let request = try fixture.request(now, since: before, of: IdentityExportFixture.customer)
        #expect(try fixture.staged(request) == ("b 26 25\n", RunCounts(selected: 2, exported: 2)))
        let same = try fixture.publish([24: [back], 25: [back]])
        let unchanged = try fixture.request(same, since: before, of: IdentityExportFixture.customer)
        #expect(
            try fixture.staged(unchanged)
                == ("", RunCounts(selected: 2, exported: 0, skipped: ["superseded-by-return": 1, "unchanged-id": 1])))
    }

    @Test func `who was removed after the snapshot is told of as in no segment`() throws {
        let before = try fixture.publish([24: [ids[1]]])
        let now = try fixture.publish([24: [ids[1]], 25: [ids[1], ids[0]]])
        try fixture.export.remove(ids[1])
        for isFull in [true, false] {
            let request = try fixture.request(
                now, since: before, isFull: isFull, of: IdentityExportFixture.customer)
            let (text, counts) = try fixture.staged(request)
            #expect(text == "a 25 \n")
            #expect(counts == RunCounts(selected: 2, exported: 1, skipped: ["profile-removed": 1]))
        }
    }

    @Test func `parts are numbered as the vendor does, and each begins with the header`() throws {
        let many = try (0..<5).map { try fixture.export.add("k\($0)", [.text("q\($0)"), 5]) }
        let now = try fixture.publish([24: many])
        let request = try fixture.request(
            now, isFull: true, header: "UUID<TAB>segments<NEW_LINE>", layout: FileLayout(maxRows: 2))
        let staged = try fixture.export.store.stage(request)
        let name = "S3_1234_20914_XYZCustomer_full_1486140844000"
        #expect(staged.files.map(\.name) == ["\(name).sync", "\(name)001.sync", "\(name)002.sync"])
        #expect(staged.files.map(\.rows) == [2, 2, 1])
        #expect(staged.files.map { $0.check?.lines } == [4, 4, 3])
        for file in staged.files {
            let bytes = try fixture.export.contents(file)
            #expect(String(decoding: bytes, as: UTF8.self).hasPrefix("UUID\tsegments\n\n"))
            #expect(file.check?.md5 == md5(of: bytes))
            #expect(file.sha256 == sha256(of: bytes))
        }
    }

    @Test func `of a compressed file the digest is of the compressed bytes, and the lines of the others`() throws {
        let now = try fixture.publish([24: ids])
        let request = try fixture.request(now, layout: FileLayout(compression: .gzip))
        let file = try fixture.export.store.stage(request).files[0]
        let bytes = [UInt8](try fixture.export.contents(file))
        #expect(file.name.hasSuffix(".sync.gz"))
        #expect(Decompression.gzip(bytes)?.content == Array("p1 24 \np2 24 \n".utf8))
        #expect(file.check == StagedFile.Check(lines: 2, md5: md5(of: bytes)))
    }

    @Test func `an export of nobody is one file, with the header where there is one`() throws {
        let now = try fixture.publish([:])
        #expect(try fixture.text(try fixture.request(now)) == "")
        #expect(try fixture.text(try fixture.request(now, header: "id")) == "id\n")
    }

    @Test func `a preview is the first lines and the counts of all, and writes nothing`() throws {
        let now = try fixture.publish([24: ids])
        let preview = try fixture.export.store.preview(try fixture.request(now), limit: 1)
        #expect(preview.header == ["row"])
        #expect(preview.rows == [["p1 24 "]])
        #expect(preview.counts == RunCounts(selected: 4, exported: 3, skipped: ["no-id": 1]))
        #expect(fixture.export.staged.isEmpty)
    }

    @Test func `a full disk leaves no file, and keeps nothing`() throws {
        let request = try fixture.request(try fixture.publish([24: ids]))
        #expect(throws: ProfileError.self) {
            try fixture.export.store.stage(
                request, opening: { _ in open("/dev/full", O_WRONLY) }, progress: { _, _ in }, isCancelled: { false }
            )
        }
        #expect(try fixture.export.store.delivered(by: request.run) == nil)
    }

    @Test func `a snapshot that is not kept any more is named`() throws {
        let before = try fixture.publish([24: ids])
        let now = try fixture.publish([24: ids])
        try fixture.export.store.prune(keeping: [], latest: 1)
        #expect(throws: ProfileError.rejected("baseline snapshot \(before.stored) is not kept any more")) {
            try fixture.export.store.stage(try fixture.request(now, since: before))
        }
    }
}
