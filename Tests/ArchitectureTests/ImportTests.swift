import Foundation
import Testing

/// Holds the table of `docs/architecture.md` against the `import` lines.
@Suite struct ImportTests {
    /// What each folder of Sources may import, beyond the standard library.
    static let allowed: [String: Set<String>] = [
        "TidegateModel": ["Foundation"],
        "Rules": ["Foundation", "TidegateModel"],
        "AudienceManager": ["Foundation", "TidegateModel"],
        "Digests": ["COpenSSL", "Foundation"],
        "JobFiles": ["AudienceManager", "Digests", "Foundation", "Rules", "TidegateModel", "Yams"],
        "Store": ["Digests", "Foundation", "GRDB", "Migrations", "TidegateModel"],
        "Profiles": [
            "AudienceManager", "CCodecs", "CRoaring", "CScan", "Digests", "Foundation", "GRDBSQLite", "Glibc", "Rules",
            "TidegateModel",
        ],
        "Transfer": ["CCurl", "Digests", "Foundation", "Glibc"],
        "Destinations": ["Digests", "Dispatch", "Foundation", "Glibc", "TidegateModel", "Transfer"],
        "Engine": [
            "AudienceManager", "Destinations", "Digests", "Foundation", "Logging", "Profiles", "Store", "TidegateModel",
        ],
        "Reports": ["Foundation", "Store", "TidegateModel"],
        "Server": [
            "Digests", "Dispatch", "Foundation", "HTTPTypes", "Hummingbird", "HummingbirdCore", "Logging", "NIOCore",
            "NIOHTTP1", "NIOHTTPTypes", "NIOPosix", "Reports", "Store", "TidegateModel",
        ],
        "Commands": [
            "ArgumentParser", "AudienceManager", "Destinations", "Digests", "Dispatch", "Engine", "Foundation", "Glibc",
            "JobFiles",
            "Logging",
            "Profiles", "Reports", "Server", "Store", "TidegateModel",
        ],
        "tidegate": ["Commands"],
        "SampleData": ["Foundation"],
        "TidegateTesting": ["Destinations", "Foundation", "Testing", "TidegateModel", "Transfer"],
    ]

    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test(arguments: allowed.keys.sorted())
    func `a target imports only what it may`(_ target: String) throws {
        let permitted = try #require(Self.allowed[target])
        for (file, text) in try Self.swiftFiles(below: "Sources/\(target)") {
            for module in Self.imports(in: text) {
                #expect(permitted.contains(module), "\(target)/\(file) imports \(module)")
            }
        }
    }

    @Test func `every folder of Sources is in the table`() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: Self.root.appending(path: "Sources").path)
        let withSwift = try folders.filter { try !Self.swiftFiles(below: "Sources/\($0)").isEmpty }
        #expect(Set(withSwift) == Set(Self.allowed.keys))
    }

    @Test func `every function that looks like a test is one`() throws {
        let orphan = /^(?!.*@Test)\s+func test\w*\(/.anchorsMatchLineEndings()
        for (file, text) in try Self.swiftFiles(below: "Tests") where file.hasSuffix("Tests.swift") {
            #expect(text.firstMatch(of: orphan) == nil, "\(file) has a test function without @Test")
        }
    }

    @Test func `nothing below Commands asks the machine for the time`() throws {
        let asks = /\bDate\(\)|\bDate\.now|ContinuousClock|clock_gettime|Task\.sleep/
        for target in Self.allowed.keys where !["Commands", "TidegateTesting", "SampleData"].contains(target) {
            for (file, text) in try Self.swiftFiles(below: "Sources/\(target)") {
                #expect(text.firstMatch(of: asks) == nil, "\(target)/\(file) asks for the time")
            }
        }
    }

    @Test func `no file holds two ideas`() throws {
        for folder in ["Sources", "Tests"] {
            for (file, text) in try Self.swiftFiles(below: folder) {
                let lines = text.split(separator: "\n", omittingEmptySubsequences: false).count
                #expect(lines <= 400, "\(folder)/\(file) has \(lines) lines")
            }
        }
    }

    static func imports(in text: String) -> [String] {
        let line =
            /^(?:@\w+ )?(?:(?:public|package|internal|private) )?import (?:(?:struct|class|enum|func|var|protocol) )?(?<module>\w+)/
        return text.matches(of: line.anchorsMatchLineEndings()).map { String($0.module) }
    }

    static func swiftFiles(below folder: String) throws -> [(path: String, text: String)] {
        let url = root.appending(path: folder)
        return try FileManager.default.subpathsOfDirectory(atPath: url.path).filter { $0.hasSuffix(".swift") }.sorted()
            .map { ($0, try String(contentsOf: url.appending(path: $0), encoding: .utf8)) }
    }
}
