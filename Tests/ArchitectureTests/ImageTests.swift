import Foundation
import Testing

/// Holds the Dockerfile against `scripts/setup` and against what the documents promise.
@Suite struct ImageTests {
    /// What a development package brings at run time.
    static let atRunTime = [
        "libsqlite3-dev": "libsqlite3-0", "libssl-dev": "libssl3", "libisal-dev": "libisal2",
        "libdeflate-dev": "libdeflate0", "libzstd-dev": "libzstd1", "zlib1g-dev": "zlib1g",
        "libroaring-dev": "libroaring0", "libcurl4-openssl-dev": "libcurl4",
    ]
    /// Not linked: certificates, time zones, the first process, what opens encrypted files, and what Swift's own runtime
    /// links.
    static let besides: Set = ["ca-certificates", "tzdata", "tini", "gpg", "gpg-agent", "libstdc++6"]

    let dockerfile: String
    let setup: String

    init() throws {
        dockerfile = try String(contentsOf: ImportTests.root.appending(path: "Dockerfile"), encoding: .utf8)
        setup = try String(contentsOf: ImportTests.root.appending(path: "scripts/setup"), encoding: .utf8)
    }

    @Test func `the image is built with the packages that setup installs`() throws {
        #expect(try Set(stage(0)) == Set(developmentPackages()))
    }

    @Test func `the image runs with what those packages bring, and little else`() throws {
        let wanted = try developmentPackages().map {
            try #require(Self.atRunTime[$0], "\($0) has no run-time half here")
        }
        #expect(try Set(stage(1)) == Set(wanted).union(Self.besides))
    }

    @Test func `the manifest asks for the development packages that setup installs`() throws {
        let manifest = try String(contentsOf: ImportTests.root.appending(path: "Package.swift"), encoding: .utf8)
        let asked = manifest.matches(of: /"(?<name>[a-z0-9+-]+-dev)"/).map { String($0.name) }
        // SQLite is asked for by GRDB.
        #expect(try Set(asked).union(["libsqlite3-dev"]) == Set(developmentPackages()))
    }

    @Test(arguments: [
        #"(?m)^STOPSIGNAL SIGTERM$"#, #"(?m)^HEALTHCHECK .*CMD \["tidegate", "health"\]$"#,
        #"(?m)^USER [1-9]\d*:[1-9]\d*$"#,
        #"(?m)^ENTRYPOINT \["tini", "--", "tidegate", "run"\]$"#, #"(?m)^VOLUME /data$"#,
        #"(?m)^ENV TIDEGATE_JOBS=/jobs TIDEGATE_DATA=/data$"#,
    ])
    func `the image says how it is run, stopped and watched`(_ line: String) throws {
        #expect(dockerfile.firstMatch(of: try Regex(line)) != nil)
    }

    @Test func `the image is built with every folder that the manifest names`() throws {
        let manifest = try String(contentsOf: ImportTests.root.appending(path: "Package.swift"), encoding: .utf8)
        let ignored = try String(contentsOf: ImportTests.root.appending(path: ".dockerignore"), encoding: .utf8)
        let named = manifest.matches(of: /\bpath: "(?<folder>[^"]+)"/).map { String($0.folder) }
        #expect(!named.isEmpty)
        for folder in named + ["Sources", "Tests", "Plugins", "Package.swift"] {
            #expect(dockerfile.contains("\nCOPY \(folder) "), "\(folder) is not copied")
            #expect(ignored.contains("\n!\(folder)\n"), "\(folder) is ignored")
        }
    }

    /// `tzdata` is for tests, on a machine that may have none.
    private func developmentPackages() throws -> [String] {
        let list = try #require(setup.firstMatch(of: /packages='(?<names>[^']*)'/)).names
        return list.split(separator: " ").map(String.init).filter { $0 != "tzdata" }
    }

    private func stage(_ number: Int) throws -> [String] {
        let installs = dockerfile.matches(of: /(?s)--no-install-recommends \\\n(?<names>.*?)\n\s+&& rm/)
        try #require(installs.count == 2)
        return installs[number].names.split { " \\\n".contains($0) }.map(String.init)
    }
}
