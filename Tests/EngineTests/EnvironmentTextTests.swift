import Digests
import Foundation
import Testing
import TidegateModel

@testable import Engine

@Suite struct EnvironmentTextTests {
    let environment = EnvironmentText(variables: ["HOME": "/home/ann", "DAY": "friday", "TRAP": "${env:HOME}"]) {
        path in
        path == "/run/secrets/outbox" ? Data("/srv/out\n".utf8) : nil
    }

    @Test func `references are filled in where they stand`() throws {
        #expect(try environment.resolve("${env:HOME}/out-${env:DAY}/x") == "/home/ann/out-friday/x")
        #expect(try environment.resolve("/plain $HOME") == "/plain $HOME")
    }

    @Test func `a file brings its text without the line end`() throws {
        #expect(try environment.resolve("${file:/run/secrets/outbox}/vip") == "/srv/out/vip")
    }

    @Test func `what a reference brings is not read again`() throws {
        #expect(try environment.resolve("${env:TRAP}") == "${env:HOME}")
    }

    @Test func `a reference that leads nowhere is named and nothing else`() {
        #expect(throws: UnresolvedText("environment variable 'NOPE' is not set", "env:NOPE")) {
            try environment.resolve("${env:NOPE}")
        }
        #expect(throws: UnresolvedText("file '/none' cannot be read as text", "file:/none")) {
            try environment.resolve("${file:/none}")
        }
    }

    @Test func `what a reference brings into a folder is no macro`() throws {
        let environment = EnvironmentText(variables: ["ROOT": "/srv/%SEGMENT_NAME%/100%/", "TEAM": "/crm/"]) { _ in nil
        }
        let template = try environment.folder("${env:ROOT}/%SEGMENT_NAME%/%%/${env:TEAM}")
        #expect(template == "/srv/%%SEGMENT_NAME%%/100%%/%SEGMENT_NAME%/%%/crm")
        #expect(try FolderPath(template: template).fixedPart == "/srv/%SEGMENT_NAME%/100%")
        #expect(try environment.folder("out/%SEGMENT_NAME%") == "out/%SEGMENT_NAME%")
        let bucket = Destination(
            id: UUID(kind: "Destination", name: "lake"), name: "lake",
            place: .s3(S3Place(bucket: "exports", path: "a/${env:ROOT}"))
        )
        #expect(try bucket.resolved(by: environment).path == "a/srv/%%SEGMENT_NAME%%/100%%")
    }

    @Test func `what references bring is held against the rules of job files`() throws {
        let environment = EnvironmentText(
            variables: [
                "URL": "http://hunter2.example.com", "HOOK": "https://shop.example.com/hook?token=hunter2", "NONE": "",
                "KEY": "hunter2", "HOST": "hunter2.example.com:22", "LOOP": "http://127.0.0.1:4711/",
            ]
        ) { _ in nil }
        let secret = Secret("${env:KEY}")
        func resolved(_ place: Destination.Place) throws -> Destination.Place {
            try Destination(id: UUID(kind: "Destination", name: "x"), name: "x", place: place)
                .resolved(by: environment).place
        }
        let broken: [(Destination.Place, String)] = [
            (.sendgrid(SendGridPlace(apiKey: secret, baseURL: "${env:URL}")), "'baseURL' must begin with https://"),
            (.autopilot(AutopilotPlace(apiKey: secret, baseURL: "${env:KEY}")), "'baseURL' must be an address"),
            (.webhook(WebhookPlace(url: Secret("${env:URL}"), signingKey: secret)), "'url' must begin with https://"),
            (.s3(S3Place(bucket: "${env:URL}")), "'bucket' must be a bucket's name"),
            (.sftp(SFTPPlace(host: "${env:HOST}", user: "u", path: "a")), "'host' must be a host alone"),
            (.sftp(SFTPPlace(host: "h", user: "u", path: "a", hostKey: "${env:KEY}")), "'hostKey' must be 'SHA256:'"),
            (.ftp(FTPPlace(host: "${env:HOST}", user: "u", password: secret, path: "a")), "'host' must be a host"),
        ]
        for (place, sentence) in broken {
            let error = try #require(throws: UnresolvedText.self) { try resolved(place) }
            #expect(error.description.hasPrefix("destination 'x' cannot be used as it is filled in: \(sentence)"))
            #expect(!error.description.contains("hunter2"))
        }
        let hook = WebhookPlace(url: Secret("${env:HOOK}"), signingKey: secret)
        guard case .webhook(let filled) = try resolved(.webhook(hook)) else { return }
        #expect(filled.url.text == "https://shop.example.com/hook?token=hunter2")
        let grid = try resolved(.sendgrid(SendGridPlace(apiKey: secret, baseURL: "${env:LOOP}")))
        #expect(grid == .sendgrid(SendGridPlace(apiKey: Secret("hunter2"), baseURL: "http://127.0.0.1:4711")))
        let login = try resolved(.sftp(SFTPPlace(host: "h", user: "u", path: "${env:NONE}")))
        #expect(login == .sftp(SFTPPlace(host: "h", user: "u", path: ".")))
    }

    @Test func `an empty secret is refused, and where it was looked for is named`() {
        let environment = EnvironmentText(variables: ["EMPTY": "", "URL": "https://shop.example.com/"]) { _ in nil }
        let place = WebhookPlace(url: Secret("${env:URL}"), signingKey: Secret("${env:EMPTY}"))
        let shop = Destination(id: UUID(kind: "Destination", name: "x"), name: "x", place: .webhook(place))
        #expect(throws: UnresolvedText("destination 'x': secret '${env:EMPTY}' is empty")) {
            try shop.resolved(by: environment)
        }
    }

    @Test func `every reference of a destination that leads nowhere is told at once`() {
        let place = SFTPPlace(
            host: "${env:HOST}", user: "${env:HOME}", path: "${env:ROOT}/%RUN_ID%", password: Secret("${file:/none}"),
            hostKey: "${env:PIN}"
        )
        let far = Destination(id: UUID(kind: "Destination", name: "far"), name: "far", place: .sftp(place))
        let sentence =
            "destination 'far': environment variable 'HOST' is not set, environment variable 'ROOT' is not set, "
            + "file '/none' cannot be read as text, environment variable 'PIN' is not set"
        #expect(throws: UnresolvedText(sentence)) { try far.resolved(by: environment) }
    }

    @Test func `a destination whose path is not absolute once filled in is refused`() throws {
        func drop(_ path: String) -> Destination {
            Destination(
                id: UUID(kind: "Destination", name: "drop"), name: "drop", place: .directory(DirectoryPlace(path: path))
            )
        }
        #expect(
            try drop("${env:HOME}/out").resolved(by: environment).place
                == .directory(DirectoryPlace(path: "/home/ann/out")))
        #expect(throws: UnresolvedText("destination 'drop' has a path that is not absolute once it is filled in")) {
            try drop("${env:DAY}/out").resolved(by: environment)
        }
    }
}
