import CCodecs
import Digests
import Foundation
import Testing
import TidegateModel

@testable import Profiles

@Suite struct ExportFilesTests {
    private let fixture: ExportFixture
    private let ids: [UInt32]

    init() throws {
        fixture = try ExportFixture()
        let fixture = fixture
        ids = try (0..<6).map { try fixture.add("k\($0)") }
    }

    @Test(arguments: [
        (1, [1, 1, 1, 1, 1, 1]), (2, [2, 2, 2]), (3, [3, 3]), (4, [4, 2]), (5, [5, 1]), (6, [6]), (7, [6]),
    ])
    func `a file that is full goes on in the next, and never in an empty one`(maxRows: Int, expected: [Int]) throws {
        let snapshot = try fixture.publish(ids)
        let staged = try fixture.store.stage(fixture.request(snapshot, layout: FileLayout(maxRows: maxRows)))
        #expect(staged.files.map(\.rows) == expected)
        let names = expected.indices.map { $0 == 0 ? "export.csv" : "export_\($0 + 1).csv" }
        #expect(staged.files.map(\.name) == names)
        let lines = try staged.files.flatMap { file in
            let lines = String(decoding: try fixture.contents(file), as: UTF8.self).split(separator: "\n")
            #expect(lines.first == "customer_id")
            return lines.dropFirst()
        }
        #expect(lines == ["k0", "k1", "k2", "k3", "k4", "k5"])
    }

    @Test(arguments: FileLayout.Compression.allCases, FileLayout.Level.allCases)
    func `digest and size are those of the file`(
        compression: FileLayout.Compression,
        level: FileLayout.Level
    ) throws {
        let snapshot = try fixture.publish(ids)
        let layout = FileLayout(compression: compression, level: level, maxRows: 4)
        for file in try fixture.store.stage(fixture.request(snapshot, layout: layout)).files {
            let bytes = try fixture.contents(file)
            #expect(file.size == bytes.count)
            #expect(file.sha256 == sha256(of: bytes))
            #expect(file.path == fixture.folder + "/staging/" + file.name)
        }
    }

    @Test(arguments: FileLayout.Compression.allCases, FileLayout.Level.allCases)
    func `what is read back is what was written`(compression: FileLayout.Compression, level: FileLayout.Level) throws {
        let large = try ExportFixture([Attribute("note", .text)])
        try large.fill(rows: 25_000)
        let snapshot = try large.publish(Array(1...25_000))
        let plain = try large.store.stage(large.request(snapshot, layout: FileLayout(), baseName: "plain"))
        let expected = try large.contents(plain.files[0])
        #expect(expected.count > 2 << 20)
        let layout = FileLayout(compression: compression, level: level)
        let staged = try large.store.stage(large.request(snapshot, layout: layout))
        let bytes = [UInt8](try large.contents(staged.files[0]))
        switch compression {
        case .none: #expect(Data(bytes) == expected)
        case .gzip:
            let (content, members) = try #require(Decompression.gzip(bytes))
            #expect(Data(content) == expected)
            #expect(level == .fast ? members == 1 : members > 1)
        case .zstd: #expect(Data(try #require(Decompression.zstandard(bytes))) == expected)
        }
    }

    @Test func `the small gzip is no larger than zlib's level 6`() throws {
        let large = try ExportFixture([Attribute("note", .text)])
        try large.fill(rows: 25_000)
        let snapshot = try large.publish(Array(1...25_000))
        let plain = try large.store.stage(large.request(snapshot, baseName: "plain"))
        let layout = FileLayout(compression: .gzip, level: .small)
        let small = try large.store.stage(large.request(snapshot, layout: layout))
        #expect(small.files[0].size <= Decompression.sizeByZlib([UInt8](try large.contents(plain.files[0]))))
    }

    @Test(arguments: FileLayout.Compression.allCases, FileLayout.Level.allCases)
    func `a file of no rows can be read too`(compression: FileLayout.Compression, level: FileLayout.Level) throws {
        let layout = FileLayout(format: .jsonl, compression: compression, level: level)
        let staged = try fixture.store.stage(fixture.request(try fixture.publish([]), layout: layout))
        let bytes = [UInt8](try fixture.contents(staged.files[0]))
        switch compression {
        case .none: #expect(bytes.isEmpty)
        case .gzip:
            let (content, members) = try #require(Decompression.gzip(bytes))
            #expect(content.isEmpty && members == 1)
        case .zstd: #expect(Decompression.zstandard(bytes) == [])
        }
    }

    @Test func `a file that is there already is never written over, and stays`() throws {
        let snapshot = try fixture.publish(ids)
        let path = fixture.folder + "/staging/export_2.csv"
        try Data("mine".utf8).write(to: URL(fileURLWithPath: path))
        #expect(throws: ProfileError.rejected("staged file 'export_2.csv' cannot be written: file exists")) {
            try fixture.store.stage(fixture.request(snapshot, layout: FileLayout(maxRows: 4)))
        }
        #expect(fixture.staged == ["export_2.csv"])
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data("mine".utf8))
    }

    @Test func `a full disk is said so, may be tried again, and leaves nothing`() throws {
        let snapshot = try fixture.publish(ids)
        let request = fixture.request(snapshot, layout: FileLayout(maxRows: 2))
        #expect(throws: ProfileError.transient("staging folder has no space left for 'export_2.csv'")) {
            try fixture.store.stage(
                request,
                opening: { $0.hasSuffix("_2.csv") ? open("/dev/full", O_WRONLY) : StagingFile.create($0) },
                progress: { _, _ in },
                isCancelled: { false }
            )
        }
        #expect(fixture.staged.isEmpty)
        #expect(try fixture.store.delivered(by: request.run) == nil)
    }

    @Test func `a staging folder that is gone is said so`() throws {
        var request = fixture.request(try fixture.publish(ids))
        request.folder += "/nowhere"
        #expect(
            throws: ProfileError.rejected("staged file 'export.csv' cannot be written: no such file or directory")
        ) { try fixture.store.stage(request) }
    }

    @Test func `cancelling in the middle leaves no file and keeps nothing`() throws {
        let large = try ExportFixture([Attribute("note", .text)])
        try large.fill(rows: 25_000)
        let request = large.request(try large.publish(Array(1...25_000)), layout: FileLayout(maxRows: 10_000))
        var done = 0
        #expect(throws: ProfileError.cancelled) {
            try large.store.stage(request, progress: { rows, _ in done = rows }, isCancelled: { done >= 12_000 })
        }
        #expect(12_000..<25_000 ~= done)
        #expect(large.staged.isEmpty)
        #expect(try large.store.delivered(by: request.run) == nil)
    }

    @Test func `progress grows to the number of selected profiles`() throws {
        let large = try ExportFixture([Attribute("note", .text)])
        try large.fill(rows: 20_000)
        var reports: [Int] = []
        _ = try large.store.stage(
            large.request(try large.publish(Array(1...20_000))),
            progress: { done, total in
                #expect(total == 20_000)
                reports.append(done)
            }
        )
        #expect(reports == [8192, 16_384, 20_000])
    }
}

extension ExportFixture {
    /// Profiles 1 to `rows`, with a note of a hundred characters.
    func fill(rows: Int) throws {
        let note = "\"note:text\""
        try execute(
            """
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(rows))
            INSERT INTO profile (key, id, updated_at, \(note))
            SELECT printf('key-%07d', i), i, 0, hex(i * 7919 % 100003) || ' said "' || substr(hex(zeroblob(50)), 1, 80) || '"'
            FROM n
            """
        )
    }
}

enum Decompression {
    /// The content and the number of members; nil where it is not gzip to its end.
    static func gzip(_ bytes: [UInt8]) -> (content: [UInt8], members: Int)? {
        var input = bytes
        var content: [UInt8] = []
        var members = 0
        var offset = 0
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        return input.withUnsafeMutableBufferPointer { input -> (content: [UInt8], members: Int)? in
            while offset < input.count {
                var stream = z_stream()
                guard inflateInit2_(&stream, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
                    return nil
                }
                defer { inflateEnd(&stream) }
                stream.next_in = input.baseAddress.map { $0 + offset }
                stream.avail_in = UInt32(input.count - offset)
                var code = Z_OK
                while code == Z_OK {
                    chunk.withUnsafeMutableBufferPointer { chunk in
                        stream.next_out = chunk.baseAddress
                        stream.avail_out = UInt32(chunk.count)
                        code = inflate(&stream, Z_NO_FLUSH)
                        content += chunk.prefix(chunk.count - Int(stream.avail_out))
                    }
                }
                guard code == Z_STREAM_END else { return nil }
                offset = input.count - Int(stream.avail_in)
                members += 1
            }
            return (content, members)
        }
    }

    /// The content of one frame.
    static func zstandard(_ bytes: [UInt8]) -> [UInt8]? {
        var content = [UInt8](repeating: 0, count: 64 << 20)
        let size = ZSTD_decompress(&content, content.count, bytes, bytes.count)
        guard ZSTD_isError(size) == 0 else { return nil }
        return Array(content[..<size])
    }

    static func sizeByZlib(_ bytes: [UInt8]) -> Int {
        var size = compressBound(UInt(bytes.count))
        var output = [UInt8](repeating: 0, count: Int(size))
        compress2(&output, &size, bytes, UInt(bytes.count), 6)
        return Int(size)
    }
}
