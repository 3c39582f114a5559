import Foundation
import JobFiles
import Testing

/// Broken job files in `Broken/`, each with a text beside it that is everything said about it.
///
/// A file is read together with `Base/base.yaml`, a folder by itself. After a change that is meant,
/// `RECORD_BROKEN=1 swift test --filter GoldenTests` writes the texts anew, for `git diff` to judge.
struct GoldenTests {
    @Test(arguments: Fixture.all)
    func `everything wrong is told, in these words`(fixture: Fixture) throws {
        let told = try fixture.reading().findings.map(\.description).joined(separator: "\n") + "\n"
        if ProcessInfo.processInfo.environment["RECORD_BROKEN"] != nil {
            try told.write(to: fixture.expectation, atomically: true, encoding: .utf8)
        }
        #expect(try told == String(contentsOf: fixture.expectation, encoding: .utf8))
    }

    @Test(arguments: Fixture.all)
    func `a reading has a specification exactly where it has no errors`(fixture: Fixture) throws {
        let reading = try fixture.reading()
        #expect(!reading.findings.isEmpty)
        #expect((reading.spec == nil) == !reading.errors.isEmpty)
    }

    @Test func `each text belongs to a broken job file`() throws {
        let texts = try FileManager.default.contentsOfDirectory(atPath: Fixture.folder.path)
            .filter { $0.hasSuffix(".txt") }
        #expect(Set(texts) == Set(Fixture.all.map { $0.expectation.lastPathComponent }))
    }
}

/// A file or folder in `Broken/`.
struct Fixture: CustomTestStringConvertible, Sendable {
    static let tests = URL(filePath: #filePath).deletingLastPathComponent()
    static let folder = tests.appending(path: "Broken")

    static let all: [Fixture] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { !$0.hasSuffix(".txt") }.sorted().map { Fixture(url: folder.appending(path: $0)) }
    }()

    let url: URL

    var testDescription: String { url.deletingPathExtension().lastPathComponent }

    var expectation: URL {
        url.deletingLastPathComponent().appending(path: testDescription + ".txt")
    }

    func reading() throws -> JobFileReading {
        guard url.pathExtension == "yaml" else {
            let names = try FileManager.default.contentsOfDirectory(atPath: url.path)
            return JobFileReader.read(try names.map { try Self.jobFile(url.appending(path: $0)) })
        }
        let base = Self.tests.appending(path: "Base/base.yaml")
        return JobFileReader.read(try [base, url].map(Self.jobFile))
    }

    private static func jobFile(_ url: URL) throws -> JobFile {
        let text = try String(contentsOf: url, encoding: .utf8)
        return JobFile(path: "jobs/\(url.lastPathComponent)", folder: "/srv/jobs", text: text)
    }
}
