import JobFiles
import Testing
import TidegateModel

/// Drop-offs as they are read; `Broken/drop-off.yaml` has what is refused.
struct DropOffTests {
    @Test func `a folder is enough, and the rest is what the reference says`() throws {
        let source = try source("from: ./drop")
        #expect(source.from == "/srv/jobs/drop")
        #expect(source.format == .audienceManager)
        #expect(source.dropOff == DropOff(place: .directory(DirectoryPlace(path: "/srv/jobs/drop"))))
    }

    @Test func `every setting is read`() throws {
        let source = try source(
            """
            from: { type: directory, path: ../in/100%%/a }
            environment: beta
            afterwards: remove
            settle: 1m30s
            timestamps: lenient
            limits: { compressed: 3 GB, plain: 2GiB, linesPerUser: 10, lineBytes: 64 KiB }
            decryptionKey: ${file:/run/key.asc}
            passphrase: ${env:PASS}
            """
        )
        #expect(
            source.dropOff
                == DropOff(
                    environment: .beta, place: .directory(DirectoryPlace(path: "/srv/in/100%/a")), afterwards: .remove,
                    settle: .seconds(90), timestamps: .lenient, maxCompressed: 3_000_000_000, maxPlain: 2 << 30,
                    maxLinesPerUser: 10, maxLineBytes: 65_536, decryptionKey: Secret("${file:/run/key.asc}"),
                    passphrase: Secret("${env:PASS}")
                )
        )
    }

    @Test func `a file may be taken the moment it is seen`() throws {
        #expect(try source("from: ./drop\nsettle: 0s").dropOff?.settle == .seconds(0))
    }

    @Test(arguments: [
        ("type: s3, bucket: drop, region: eu-north-1", "s3://drop"),
        ("type: s3, bucket: '${env:STAGE}-drop', path: a%%b/c", "s3://${env:STAGE}-drop/a%b/c"),
        (
            "type: sftp, host: files.example, user: u, password: '${env:P}', knownHosts: ./k, path: .",
            "sftp://files.example"
        ),
        (
            "type: sftp, host: files.example, port: 2222, user: u, password: '${env:P}', knownHosts: ./k, path: /in",
            "sftp://files.example:2222/in"
        ),
        ("type: ftp, host: '[::1]', user: u, password: '${env:P}', path: in/a", "ftp://[::1]/in/a"),
        ("type: ftp, host: h, user: u, password: '${env:P}', path: in, tls: implicit", "ftp://h/in"),
        ("type: directory, path: '${env:HOME}/a'", "${env:HOME}/a"),
    ])
    func `a place is called by its address, without user and secrets`(place: String, address: String) throws {
        let source = try source("from: { \(place) }")
        #expect(source.from == address)
        #expect(source.dropOff?.place.address == address)
    }

    @Test func `a folder's percent signs stand for themselves as they do in other sources`() throws {
        #expect(try source("from: ./100%").dropOff?.place.path == "/srv/jobs/100%")
    }

    @Test func `production and beta lie side by side`() throws {
        let example = try #require(try ValidFixture.all().first { $0.name == "audience-manager" })
        let spec = try #require(try example.reading().spec)
        #expect(spec.sources.map(\.dropOff?.environment) == [.production, .beta])
        #expect(spec.sources.map(\.from) == ["s3://acme-onboarding/acme", "/srv/jobs/beta"])
        #expect(spec.segment(named: "runners")?.sid == 7001)
    }

    private func source(_ text: String) throws -> Source {
        let document = "kind: Source\nname: drop\nformat: audience-manager\n\(text)\n"
        let reading = try ValidFixture(name: "text", text: document).reading()
        #expect(reading.findings.map(\.description) == [])
        return try #require(reading.spec?.sources.first)
    }
}
