import Digests
import Foundation
import Testing
import TidegateModel
import TidegateTesting

@testable import Engine

/// What sources take from the environment.
struct ResolvedSourceTests {
    private let environment = EnvironmentText(
        variables: ["STAGE": "beta", "ROOT": "/srv/100%/", "NONE": "", "KEY": "-----BEGIN", "PASS": "hunter2"]
    ) { path in
        path == "/run/key.asc" ? Data("-----BEGIN PGP\nx\n".utf8) : nil
    }

    @Test func `a drop-off's place, key and passphrase are filled in, and so is what it is called`() throws {
        let place = S3Place(
            bucket: "acme-${env:STAGE}", path: "in/%2F/${env:STAGE}", accessKey: Secret("${env:KEY}"),
            secretKey: Secret("${env:PASS}")
        )
        let source = source(
            DropOff(
                place: .s3(place), decryptionKey: Secret("${file:/run/key.asc}"), passphrase: Secret("${env:PASS}")
            )
        )
        let resolved = try source.resolved(by: environment)
        #expect(resolved.from == "s3://acme-beta/in/%2F/beta")
        #expect(resolved.dropOff?.decryptionKey?.text == "-----BEGIN PGP\nx")
        #expect(resolved.dropOff?.passphrase?.text == "hunter2")
        guard case .s3(let filled)? = resolved.dropOff?.place else {
            Issue.record("the place is another")
            return
        }
        #expect(filled.accessKey?.text == "-----BEGIN")
        #expect(filled.secretKey?.text == "hunter2")
    }

    @Test func `percent signs in a drop-off's folder are percent signs, wherever they come from`() throws {
        let source = source(DropOff(place: .directory(DirectoryPlace(path: "${env:ROOT}/a%b"))))
        let resolved = try source.resolved(by: environment)
        #expect(resolved.from == "/srv/100%/a%b")
        #expect(resolved.dropOff?.place == .directory(DirectoryPlace(path: "/srv/100%/a%b")))
    }

    @Test func `a login's folder that is filled in with nothing is where the login lands`() throws {
        let place = SFTPPlace(host: "files.example", user: "u", path: "${env:NONE}", password: Secret("${env:PASS}"))
        let resolved = try source(DropOff(place: .sftp(place))).resolved(by: environment)
        #expect(resolved.dropOff?.place.path == ".")
        #expect(resolved.from == "sftp://files.example")
    }

    @Test func `every reference of a drop-off that leads nowhere is told at once`() {
        let place = FTPPlace(host: "${env:HOST}", user: "u", password: Secret("${env:SECRET}"), path: "in")
        let dropOff = DropOff(
            place: .ftp(place), decryptionKey: Secret("${file:/none}"), passphrase: Secret("${env:NO}"))
        let sentence =
            "source 'drop': file '/none' cannot be read as text, environment variable 'NO' is not set, "
            + "environment variable 'HOST' is not set, environment variable 'SECRET' is not set"
        #expect(throws: UnresolvedText(sentence)) { try source(dropOff).resolved(by: environment) }
    }

    @Test func `an empty passphrase is refused`() {
        let dropOff = DropOff(
            place: .directory(DirectoryPlace(path: "/in")), decryptionKey: Secret("${env:KEY}"),
            passphrase: Secret("${env:NONE}")
        )
        #expect(throws: UnresolvedText("source 'drop': secret '${env:NONE}' is empty")) {
            try source(dropOff).resolved(by: environment)
        }
    }

    @Test func `what references bring into a drop-off's place is held against the rules of job files`() throws {
        let source = source(DropOff(place: .s3(S3Place(bucket: "${env:PASS}_x"))))
        let error = try #require(throws: UnresolvedText.self) { try source.resolved(by: environment) }
        #expect(error.description.hasPrefix("source 'drop' cannot be used as it is filled in: 'bucket' must be"))
        #expect(!error.description.contains("hunter2"))
        let relative = self.source(DropOff(place: .directory(DirectoryPlace(path: "${env:STAGE}/in"))))
        #expect(throws: UnresolvedText("source 'drop' has a path that is not absolute once it is filled in")) {
            try relative.resolved(by: environment)
        }
    }

    @Test func `a source of rows has its path filled in`() throws {
        let rows = Source(id: UUID(kind: "Source", name: "crm"), name: "crm", from: "${env:ROOT}/a.csv")
        #expect(try rows.resolved(by: environment).from == "/srv/100%//a.csv")
    }

    @Test(arguments: [
        ("/in", "${env:STAGE}", "is the place of source 'other' already"),
        ("/in/beta", "${env:STAGE}", nil), ("/in/beta/more", "", nil),
        (
            "/in/date=2026-11-21", "",
            "is in 'date=2026-11-21' of the place of source 'other', a folder which that one uses itself"
        ),
        ("/", "${env:REJECTED}", "has the place of source 'other' in 'rejected', a folder which it uses itself"),
    ])
    func `places that references make one are found out`(path: String, other: String, sentence: String?) throws {
        let environment = EnvironmentText(variables: ["STAGE": "in", "REJECTED": "rejected/x"]) { _ in nil }
        let taken = source(
            DropOff(place: .directory(DirectoryPlace(path: "/" + (other.isEmpty ? "in" : other)))), named: "other")
        let source = source(DropOff(environment: .beta, place: .directory(DirectoryPlace(path: path))))
        let expected = sentence.map { UnresolvedText("place of source 'drop' \($0), once both are filled in") }
        do throws(UnresolvedText) {
            let resolved = try source.resolved(beside: [source, taken], by: environment)
            #expect(expected == nil && resolved.from == path)
        } catch {
            #expect(error == expected)
        }
    }

    @Test func `a link to another's drop-off is that drop-off`() throws {
        let folder = try TemporaryFolder()
        _ = try folder.makeFolder("in")
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("beta"), withDestinationPath: folder.path("in"))
        let taken = source(DropOff(place: .directory(DirectoryPlace(path: folder.path("in")))), named: "other")
        let source = source(DropOff(place: .directory(DirectoryPlace(path: folder.path("beta")))))
        #expect(throws: UnresolvedText.self) { try source.resolved(beside: [taken, source], by: environment) }
    }

    @Test func `a source whose references lead nowhere keeps no other from its files`() throws {
        let taken = source(DropOff(place: .directory(DirectoryPlace(path: "/${env:NOWHERE}"))), named: "other")
        let source = source(DropOff(place: .directory(DirectoryPlace(path: "/in"))))
        #expect(try source.resolved(beside: [taken, source], by: environment).from == "/in")
        #expect(throws: UnresolvedText.self) { try taken.resolved(beside: [taken, source], by: environment) }
    }

    private func source(_ dropOff: DropOff, named name: String = "drop") -> Source {
        Source(
            id: UUID(kind: "Source", name: name), name: name, from: dropOff.place.address ?? "",
            format: .audienceManager, dropOff: dropOff
        )
    }
}
