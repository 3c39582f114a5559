import Foundation
import JobFiles
import Testing
import TidegateModel

struct DestinationTests {
    @Test func `every key of every type reaches the specification`() throws {
        let spec = try spec(Self.everything)
        let places = Dictionary(uniqueKeysWithValues: spec.destinations.map { ($0.name, $0) })
        #expect(places["lake"]?.displayName == "The lake")
        #expect(
            places["lake"]?.place
                == .s3(
                    S3Place(
                        bucket: "acme.exports", path: "a/%SEGMENT_NAME%", endpoint: "https://store.example.com:9000",
                        region: "eu-north-1", addressing: .path, accessKey: Secret("${env:A}"),
                        secretKey: Secret("${env:B}"), sessionToken: Secret("${file:/c}"), encryption: .kms,
                        kmsKey: "alias/crm", grantsBucketOwner: true, partSize: 64 << 20, connections: 8
                    )
                )
        )
        #expect(
            places["partner"]?.place
                == .sftp(
                    SFTPPlace(
                        host: "sftp.partner.example", port: 2222, user: "${env:USER}", path: "in/%SEGMENT_NAME%",
                        privateKey: Secret("${file:/key}"), passphrase: Secret("${env:P}"),
                        knownHosts: "/srv/jobs/known_hosts", connections: 64
                    )
                )
        )
        #expect(
            places["printer"]?.place
                == .ftp(
                    FTPPlace(
                        host: "10.0.0.1", port: 2121, user: "u", password: Secret("${env:P}"), path: "/up",
                        security: .none, allowPlaintext: true, connections: 1
                    )
                )
        )
        let consent = Consent(agreedBy: "Ann", agreedOn: try #require(LocalDate(iso: "2026-11-01")))
        for name in ["news", "journeys", "shop"] { #expect(places[name]?.consent == consent) }
        #expect(
            places["news"]?.place
                == .sendgrid(
                    SendGridPlace(apiKey: Secret("${env:K}"), baseURL: "http://127.0.0.1:4711", onBehalfOf: "sub")
                )
        )
        #expect(
            places["journeys"]?.place
                == .autopilot(
                    AutopilotPlace(apiKey: Secret("${env:K}"), baseURL: "https://proxy/ap", callsPerSecond: 20)
                )
        )
        #expect(
            places["shop"]?.place
                == .webhook(
                    WebhookPlace(
                        url: Secret("${env:U}"), signingKey: Secret("${env:K}"), authorization: Secret("${env:T}"),
                        profilesPerPage: 10_000, privateHosts: ["shop.internal", "10.0.0.1"]
                    )
                )
        )
    }

    @Test func `what is left out of a destination has the defaults of the model`() throws {
        let spec = try spec(Self.least)
        let places = Dictionary(uniqueKeysWithValues: spec.destinations.map { ($0.name, $0.place) })
        let secret = Secret("${env:S}")
        let key = "SHA256:" + String(repeating: "A", count: 43)
        #expect(places["lake"] == .s3(S3Place(bucket: "exports")))
        #expect(
            places["partner"] == .sftp(SFTPPlace(host: "h", user: "u", path: ".", password: secret, hostKey: key))
        )
        #expect(places["printer"] == .ftp(FTPPlace(host: "h", user: "u", password: secret, path: "/")))
        #expect(
            places["implicit"]
                == .ftp(FTPPlace(host: "h", port: 990, user: "u", password: secret, path: "a", security: .implicit))
        )
        #expect(places["news"] == .sendgrid(SendGridPlace(apiKey: secret)))
        #expect(places["journeys"] == .autopilot(AutopilotPlace(apiKey: secret)))
        #expect(places["shop"] == .webhook(WebhookPlace(url: secret, signingKey: secret)))
    }

    @Test func `a dataflow has push options exactly where its destination is a connector`() throws {
        let spec = try spec(
            Self.least + Self.dataflow("files", to: "lake", "attribute: id, as: person.id")
                + Self.dataflow("plain", to: "shop", "attribute: id, as: person.id")
                + Self.dataflow(
                    "all", to: "news", "attribute: id, as: email",
                    "list: 6f1d0c5a-8b0e-4c57-9c0b-7a1de6a7e001\nonLeave: remove\nmaxRemoved: 5%\nexport: full"
                )
        )
        #expect(spec.dataflow(named: "files")?.push == nil)
        #expect(spec.dataflow(named: "files")?.mapping.map(\.header) == ["person_id"])
        #expect(spec.dataflow(named: "plain")?.push == PushOptions())
        #expect(spec.dataflow(named: "plain")?.mapping.map(\.header) == ["person.id"])
        #expect(
            spec.dataflow(named: "all")?.push
                == PushOptions(list: "6f1d0c5a-8b0e-4c57-9c0b-7a1de6a7e001", onLeave: .remove, maxRemoved: 0.05)
        )
    }

    @Test func `a connector takes incremental exports`() throws {
        let text = Self.dataflow("changes", to: "shop", "attribute: id", "export: incremental")
            .replacing("after-segmentation", with: "scheduled, at: \"04:00\"")
        let flow = try #require(try spec(Self.least + text).dataflow(named: "changes"))
        #expect(flow.export == .incremental)
        #expect(flow.push == PushOptions())
    }

    @Test func `a detached dataflow is kept without its destination`() throws {
        let spec = try spec(
            Self.dataflow("files", to: "gone", "attribute: id, as: person.id", "detached: true")
                + Self.dataflow("pushes", to: "gone", "attribute: id, as: person.id", "detached: true\nlist: a")
        )
        #expect(spec.dataflows.map(\.isDetached) == [true, true])
        #expect(spec.dataflows.map(\.push) == [nil, PushOptions(list: "a")])
        #expect(spec.dataflows.map { $0.mapping[0].header } == ["person_id", "person.id"])
    }

    @Test func `a detached dataflow meets nobody's files`() throws {
        let lake = "{ kind: Destination, name: lake, type: directory, path: /srv }\n---\n"
        let file = "file: { name: people }"
        let flows = Self.dataflow("one", to: "lake", "attribute: id", file)
        _ = try spec(
            lake + flows + Self.dataflow("two", to: "lake", "attribute: id", file + "\ndetached: true")
        )
        #expect(read(lake + flows + Self.dataflow("two", to: "lake", "attribute: id", file)).errors.count == 1)
    }

    @Test func `who uses a destination that is gone can be told`() {
        let reading = read(
            Self.dataflow("b", to: "gone", "attribute: id") + Self.dataflow("a", to: "gone", "attribute: id")
                + Self.dataflow("c", to: "lost", "attribute: id")
                + Self.dataflow("kept", to: "gone", "attribute: id", "detached: true")
        )
        #expect(reading.spec == nil)
        #expect(reading.unresolvedDestinations == ["gone": ["b", "a"], "lost": ["c"]])
        #expect(read(Self.least).unresolvedDestinations.isEmpty)
    }

    @Test(arguments: [
        ("./out", "/srv/100%%/jobs/out"), ("../out//x/./y/", "/srv/100%%/out/x/y"), ("/a/../../b", "/b"),
        ("%SEGMENT_NAME%", "/srv/100%%/jobs/%SEGMENT_NAME%"), ("${env:R}/./a", "${env:R}/a"),
        ("./${env:R}/a", "/srv/100%%/jobs/${env:R}/a"), ("a%%", "/srv/100%%/jobs/a%%"),
        ("%DATETIME(yyyy/MM)%", "/srv/100%%/jobs/%DATETIME(yyyy/MM)%"),
    ])
    func `a folder on this machine is absolute and its job folder no macro`(written: String, path: String) throws {
        let text = "{ kind: Destination, name: drop, type: directory, path: \"\(written)\" }"
        let reading = JobFileReader.read([
            JobFile(path: "jobs/a.yaml", folder: "/srv/100%/jobs", text: Self.profile + text)
        ])
        #expect(reading.findings.map(\.description) == [])
        #expect(reading.spec?.destinations.map(\.path) == [path])
    }

    @Test(arguments: [
        ("./in/", "in"), ("in", "in"), ("/in/", "/in"), ("/", "/"), ("./", "."), (".", "."), ("././a", "a"),
        ("%%", "%%"),
    ])
    func `a folder of a server has no slash at its end`(written: String, path: String) throws {
        let text =
            "{ kind: Destination, name: p, type: ftp, host: h, user: u, password: \"${env:P}\", path: \"\(written)\" }"
        #expect(try spec(text).destinations.map(\.path) == [path])
    }

    private func read(_ text: String) -> JobFileReading {
        JobFileReader.read([JobFile(path: "jobs/a.yaml", folder: "/srv/jobs", text: Self.profile + text)])
    }

    private func spec(_ text: String) throws -> JobSpec {
        let reading = read(text)
        #expect(reading.findings.map(\.description) == [])
        return try #require(reading.spec)
    }

    private static func dataflow(_ name: String, to destination: String, _ mapping: String, _ more: String = "")
        -> String
    {
        """
        kind: Dataflow
        name: \(name)
        destination: \(destination)
        segments: [all]
        schedule: { frequency: daily, trigger: after-segmentation }
        mapping: [{ \(mapping) }]
        \(more)
        ---

        """
    }

    private static let profile = """
        { kind: Profile, key: id, attributes: { id: text } }
        ---
        { kind: Segment, name: all, where: id is not null }
        ---

        """

    private static let least = """
        { kind: Destination, name: lake, type: s3, bucket: exports }
        ---
        kind: Destination
        name: partner
        type: sftp
        host: h
        user: u
        path: .
        password: ${env:S}
        hostKey: SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
        ---
        { kind: Destination, name: printer, type: ftp, host: h, user: u, password: "${env:S}", path: / }
        ---
        { kind: Destination, name: implicit, type: ftp, tls: implicit, host: h, user: u, password: "${env:S}", path: a/ }
        ---
        { kind: Destination, name: news, type: sendgrid, apiKey: "${env:S}", consent: { agreedBy: Ann, agreedOn: 2026-11-01 } }
        ---
        { kind: Destination, name: journeys, type: autopilot, apiKey: "${env:S}", consent: { agreedBy: Ann, agreedOn: 2026-11-01 } }
        ---
        kind: Destination
        name: shop
        type: webhook
        url: ${env:S}
        signingKey: ${env:S}
        consent: { agreedBy: Ann, agreedOn: 2026-11-01 }
        ---

        """

    private static let everything = """
        kind: Destination
        name: lake
        type: s3
        displayName: The lake
        bucket: acme.exports
        path: a/%SEGMENT_NAME%/
        endpoint: https://store.example.com:9000/
        region: eu-north-1
        addressing: path
        accessKey: ${env:A}
        secretKey: ${env:B}
        sessionToken: ${file:/c}
        encryption: aws:kms
        kmsKey: alias/crm
        bucketOwnerFullControl: true
        partSize: 64MiB
        connections: 8
        ---
        kind: Destination
        name: partner
        type: sftp
        host: sftp.partner.example
        port: 2222
        user: ${env:USER}
        path: ./in/%SEGMENT_NAME%
        privateKey: ${file:/key}
        passphrase: ${env:P}
        knownHosts: known_hosts
        connections: 64
        ---
        kind: Destination
        name: printer
        type: ftp
        host: 10.0.0.1
        port: 2121
        user: u
        password: ${env:P}
        path: /up
        tls: none
        allowPlaintext: true
        connections: 1
        ---
        kind: Destination
        name: news
        type: sendgrid
        apiKey: ${env:K}
        baseURL: http://127.0.0.1:4711/
        onBehalfOf: sub
        consent: { agreedBy: Ann, agreedOn: 2026-11-01 }
        ---
        kind: Destination
        name: journeys
        type: autopilot
        apiKey: ${env:K}
        baseURL: https://proxy/ap
        callsPerSecond: 20
        consent: { agreedBy: Ann, agreedOn: 2026-11-01 }
        ---
        kind: Destination
        name: shop
        type: webhook
        url: ${env:U}
        signingKey: ${env:K}
        authorization: ${env:T}
        profilesPerPage: 10000
        allowPrivateHosts: [shop.internal, 10.0.0.1]
        consent: { agreedBy: Ann, agreedOn: 2026-11-01 }
        """
}
