import AudienceManager
import Foundation
import Testing

/// What the fuzzer does, for a moment and always the same: the corpus, spoiled, read by both parsers.
@Suite struct RowFuzzTests {
    private static let rounds: UInt64 = 1500

    private static func corpus(_ kind: String) throws -> [[UInt8]] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Corpus/\(kind)")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        return try names.map { Array(try Data(contentsOf: folder.appending(path: $0))) }
    }

    @Test(arguments: 1...4) func `no spoiled data row is read otherwise than by the obvious parser`(_ seed: UInt64)
        throws
    {
        let corpus = try Self.corpus("data")
        try #require(!corpus.isEmpty)
        var rows = RowGenerator(seed: seed &+ 300)
        for file in corpus { #expect(Agreement.complaint(aboutDataFile: file) == nil) }
        for round in 0..<Self.rounds {
            let file = rows.mutation(of: corpus[Int(round) % corpus.count], corpus)
            let complaint = Agreement.complaint(aboutDataFile: file)
            #expect(complaint == nil)
        }
    }

    @Test(arguments: 1...2) func `no spoiled id row is read otherwise than by the obvious parser`(_ seed: UInt64) throws
    {
        let corpus = try Self.corpus("ids")
        try #require(!corpus.isEmpty)
        var rows = RowGenerator(seed: seed &+ 400)
        for file in corpus { #expect(Agreement.complaint(aboutIDFile: file) == nil) }
        for round in 0..<Self.rounds {
            let file = rows.mutation(of: corpus[Int(round) % corpus.count], corpus)
            let complaint = Agreement.complaint(aboutIDFile: file)
            #expect(complaint == nil)
        }
    }

    @Test(arguments: 1...2) func `no spoiled name is read otherwise than by the grammar`(_ seed: UInt64) throws {
        let corpus = try Self.corpus("names")
        try #require(!corpus.isEmpty)
        var rows = RowGenerator(seed: seed &+ 500)
        for round in 0..<Self.rounds {
            let name = rows.mutation(of: corpus[Int(round) % corpus.count], corpus)
            let complaint = Agreement.complaint(aboutName: String(decoding: name, as: UTF8.self))
            #expect(complaint == nil)
        }
    }
}
