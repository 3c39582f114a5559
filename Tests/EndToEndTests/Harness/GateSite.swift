import Foundation
import TidegateModel
import TidegateTesting

/// A site whose destinations are servers on this machine. Every command says as much as it can, and nothing of that, nor of
/// what it leaves in the data folder, may hold a secret or a customer's address.
struct GateSite {
    let site: Site
    let mail: Receiver<Contacts>
    let journeys: Receiver<Contacts>
    let hook: Receiver<Pages>

    /// What the two vendors hold; of Autopilot by its own ids, as text.
    struct Contacts: Decodable, Sendable {
        /// In lower case, sorted; who is there twice stands here twice.
        let addresses: [String]
        let lists: [String: [String]]

        private enum Key: String, CodingKey { case contacts, lists }
        private struct Fields: Decodable { var email: String?, Email: String? }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            let members = try container.decode([String: [String]].self, forKey: .lists)
            if let mails = try? container.decode([Fields].self, forKey: .contacts) {
                (addresses, lists) = (mails.compactMap(\.email).sorted(), members)
                return
            }
            let texts = try container.decode([String: String].self, forKey: .contacts)
            let people = try texts.mapValues { text in
                try JSONDecoder().decode(Fields.self, from: Data(text.utf8)).Email?.lowercased() ?? ""
            }
            addresses = people.values.sorted()
            lists = members.mapValues { $0.compactMap { people[$0] }.sorted() }
        }

        func members(_ list: String) -> [String] { (lists[list] ?? []).sorted() }
    }

    struct Pages: Decodable, Sendable {
        struct Profile: Decodable, Sendable { var id: String, email: String?, orders: Int? }
        var profiles: [Profile]
        var ids: [String] { profiles.map(\.id).sorted() }
    }

    static let contactList = "contactlist_build your journey"
    let mailList: String

    init(customers: String = GateSite.customers, guardrails: String = "{ adHocDelay: 0s }") throws {
        site = try Site(customers: customers, guardrails: guardrails)
        for name in ["nightly", "changes"] {
            try FileManager.default.removeItem(atPath: site.folder.path("jobs/\(name).yaml"))
        }
        (mail, journeys, hook) = (try Receiver("sendgrid"), try Receiver("autopilot"), try Receiver("webhook"))
        mailList = try LocalServer.shared("sendgrid")["list"]
        try mail.set(["key": Self.mailKey])
        try mail.set(["polls": 0])
        try hook.set(["key": Self.hookKey, "authorization": Self.hookAuthorization])
        try declareReceivers()
    }

    /// One without an address, one address twice.
    static let customers = Site.customers + "c5,ANNA@example.com,3\n"

    private static let mailKey = "SG.mail-key-that-nobody-sees." + String(repeating: "k", count: 40)
    private static let journeysKey = "0123456789abcdef0123456789abcdef"
    private static let hookKey = "hook-key-that-nobody-sees"
    private static let hookAuthorization = "Bearer hook-token-that-nobody-sees"
    private static let hookPath = "hook-path-that-nobody-sees"

    private func declareReceivers() throws {
        try site.write(
            """
            kind: Destination
            name: mail
            type: sendgrid
            apiKey: ${env:MAIL_KEY}
            baseURL: \(mail.url)
            consent: { agreedBy: Ann Berg, agreedOn: 2026-11-01 }
            ---
            kind: Destination
            name: journeys
            type: autopilot
            apiKey: ${env:JOURNEYS_KEY}
            baseURL: \(journeys.url)
            callsPerSecond: 100
            consent: { agreedBy: Ann Berg, agreedOn: 2026-11-01 }
            ---
            kind: Destination
            name: hook
            type: webhook
            url: ${env:HOOK_URL}
            signingKey: ${env:HOOK_KEY}
            authorization: ${env:HOOK_AUTHORIZATION}
            profilesPerPage: 10
            allowPrivateHosts: [127.0.0.1]
            consent: { agreedBy: Ann Berg, agreedOn: 2026-11-01 }
            """, to: "receivers.yaml"
        )
    }

    // MARK: Dataflows

    /// The fields of each receiver's contacts in its own words.
    private static let mappings = [
        "mail": "{ attribute: email, required: true }, { attribute: orders }",
        "journeys": "{ attribute: email, as: Email, required: true }, { attribute: orders, as: integer--Orders }",
        "hook": "{ attribute: id }, { attribute: email }, { attribute: orders }",
    ]

    /// Puts a dataflow to a receiver in the jobs folder; it has the receiver's name, and runs after each segmentation.
    ///
    /// - Parameter options: lines of the dataflow beside the usual ones.
    func push(to receiver: String, segments: String = "buyers, everyone", options: String = "") throws {
        let lists = ["mail": mailList, "journeys": "\"\(Self.contactList)\""]
        let line = lists[receiver].map { "list: \($0)\n" } ?? ""
        try site.write(
            """
            kind: Dataflow
            name: to-\(receiver)
            destination: \(receiver)
            segments: [\(segments)]
            schedule: { frequency: daily, trigger: after-segmentation }
            \(line)\(options)
            mapping: [\(Self.mappings[receiver] ?? "")]
            """, to: "to-\(receiver).yaml"
        )
    }

    /// Puts a dataflow of files in the jobs folder.
    func export(_ name: String, to destination: String, segments: String = "buyers, everyone", file: String = "") throws
    {
        let flow = Site.dataflow(name, segments: segments, file: file)
        try site.write(
            flow.replacing("destination: drop", with: "destination: \(destination)")
                .replacing("\(name)_%SEGMENT_NAME%_%RUN_ID%", with: "customers"), to: "\(name).yaml")
    }

    func write(customers rows: String) throws {
        try site.folder.write("id,email,orders\n" + rows, to: "customers.csv")
    }

    // MARK: Places for files

    func declareBucket(_ bucket: Bucket, path: String = "exports/%SEGMENT_NAME%/%DATETIME(yyyy)%") throws {
        try site.write(
            """
            kind: Destination
            name: store
            type: s3
            bucket: \(bucket.name)
            path: \(path)
            endpoint: \(bucket.server["url"])
            addressing: path
            region: \(bucket.server["region"])
            accessKey: ${env:STORE_ACCESS_KEY}
            secretKey: ${env:STORE_SECRET_KEY}
            partSize: 5 MiB
            connections: 1
            """, to: "store.yaml"
        )
    }

    /// - Parameter port: of what stands before the server; nil for the server itself.
    func declarePartner(path: String, port: String? = nil) throws {
        let server = try LocalServer.shared("sshd")
        try site.write(
            """
            kind: Destination
            name: partner
            type: sftp
            host: 127.0.0.1
            port: \(port ?? server["port"])
            user: \(server["user"])
            path: \(path)
            privateKey: ${file:\(server["keyEncrypted"])}
            passphrase: ${env:PARTNER_PASSPHRASE}
            hostKey: \(server["hostKey"])
            """, to: "partner.yaml"
        )
    }

    // MARK: Commands

    var environment: [String: String] {
        get throws {
            let (store, partner) = (try LocalServer.shared("s3"), try LocalServer.shared("sshd"))
            return [
                "MAIL_KEY": Self.mailKey, "JOURNEYS_KEY": Self.journeysKey, "HOOK_URL": "\(hook.url)/\(Self.hookPath)",
                "HOOK_KEY": Self.hookKey, "HOOK_AUTHORIZATION": Self.hookAuthorization,
                "STORE_ACCESS_KEY": store["accessKey"], "STORE_SECRET_KEY": store["secretKey"],
                "PARTNER_PASSPHRASE": partner["passphrase"],
            ]
        }
    }

    func started(_ arguments: [String]) throws -> TidegateProcess {
        try TidegateProcess(
            arguments + ["--log-level", "trace", "--log-format", "json"], in: site.folder.path, environment: environment
        )
    }

    /// Runs a command to its end.
    func tidegate(_ arguments: String...) throws -> Finished {
        try started(arguments).finish()
    }

    /// Runs a whole cycle and returns its runs by dataflow.
    func cycle(status: Int32 = 0) throws -> [String: [String: Any]] {
        let finished = try tidegate("run", "--once", "--json")
        guard finished.status == status else { throw Unexpected(text: "\(finished.status): \(finished.complaints)") }
        return Dictionary(try finished.objects().map { ($0.text("dataflow") ?? "", $0) }) { first, _ in first }
    }

    func show(_ run: [String: Any]?) throws -> [String: Any] {
        try tidegate("show", run?.text("id") ?? "", "--json").object()
    }

    // MARK: What must not get out

    /// What `finished` said, or Tidegate keeps beside its databases, and must not: never with the thing itself.
    func leaks(_ finished: Finished...) throws -> [String] {
        var texts = finished.enumerated().flatMap { index, end in
            [("output \(index)", Data(end.output.utf8)), ("complaints \(index)", Data(end.complaints.utf8))]
        }
        let data = site.folder.path("data")
        for name in FileManager.default.enumerator(atPath: data)?.compactMap({ $0 as? String }) ?? [] {
            guard let bytes = FileManager.default.contents(atPath: "\(data)/\(name)") else { continue }
            texts.append((name, bytes))
        }
        let secrets = try secrets
        return texts.flatMap { name, text in
            let isDatabase = name.contains(".sqlite")
            let personal = isDatabase ? [] : ["@example.com"]
            return (secrets.map { ("a secret", $0) } + personal.map { ("an address", $0) })
                .filter { text.range(of: Data($0.1.utf8)) != nil }
                .map { "\($0.0) (\($0.1.prefix(9))…) is in \(name)" }
        }
    }

    private var secrets: [String] {
        get throws {
            let key = try String(contentsOfFile: LocalServer.shared("sshd")["keyEncrypted"], encoding: .utf8)
            let lines = key.split(separator: "\n").map(String.init).dropFirst().prefix(1)
            let values = try environment.filter { $0.key != "HOOK_URL" }.values.map {
                $0.replacing("Bearer ", with: "")
            }
            return values + [Self.hookPath] + lines
        }
    }
}
