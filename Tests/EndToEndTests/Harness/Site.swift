import Foundation
import TidegateModel
import TidegateTesting

/// A folder as a user has it: job files in `jobs`, the customers' file, an outbox, and Tidegate's own data in `data`.
struct Site {
    let folder: TemporaryFolder

    /// - Parameter customers: rows of `id,email,orders`.
    init(customers: String = Site.customers, guardrails: String = "{ adHocDelay: 0s }") throws {
        folder = try TemporaryFolder()
        _ = try folder.makeFolder("jobs")
        try folder.write("id,email,orders\n" + customers, to: "customers.csv")
        try write(Self.base(guardrails: guardrails), to: "base.yaml")
        try write(Self.dataflow("nightly"), to: "nightly.yaml")
        try write(Self.changes, to: "changes.yaml")
    }

    static let customers = """
        c1,anna@example.com,5
        c2,,7
        c3,bo@example.com,0
        c4,cy@example.com,9

        """

    /// A time of day that does not come while the tests run.
    static let farTime: String = {
        let hour = Calendar(identifier: .gregorian).component(.hour, from: Date(timeIntervalSinceNow: 43_200))
        return (hour < 10 ? "0" : "") + "\(hour):00"
    }()

    static func base(guardrails: String) -> String {
        """
        kind: Profile
        key: id
        attributes: { id: text, email: { type: text, personal: true }, orders: integer }
        ---
        kind: Source
        name: crm
        from: ../customers.csv
        mode: replace
        ---
        kind: Segmentation
        at: "\(farTime)"
        guardrails: \(guardrails)
        ---
        kind: Segment
        name: buyers
        where: orders > 1
        ---
        kind: Segment
        name: everyone
        where: id is not null
        ---
        kind: Destination
        name: drop
        type: directory
        path: ../outbox
        """
    }

    /// A dataflow after every segmentation; each run has file names of its own.
    static func dataflow(
        _ name: String,
        segments: String = "buyers",
        schedule: String = "",
        file: String = ""
    ) -> String {
        """
        kind: Dataflow
        name: \(name)
        destination: drop
        segments: [\(segments)]
        schedule: { frequency: daily, trigger: after-segmentation\(schedule) }
        mapping:
          - { attribute: id }
          - { attribute: email, as: contact.email }
        file: { name: "\(name)_%SEGMENT_NAME%_%RUN_ID%"\(file) }
        """
    }

    static let changes = """
        kind: Dataflow
        name: changes
        destination: drop
        segments: [buyers]
        export: incremental
        schedule: { frequency: daily, trigger: scheduled, at: "\(farTime)" }
        mapping: [{ attribute: id }, { attribute: segment_status, as: status }]
        file: { name: "changes_%RUN_ID%" }
        """

    /// Puts a job file in the jobs folder.
    func write(_ text: String, to name: String) throws {
        _ = try folder.makeFolder(("jobs/" + name as NSString).deletingLastPathComponent)
        try folder.write(text + "\n", to: "jobs/" + name)
    }

    /// Runs a command to its end.
    @discardableResult
    func tidegate(_ arguments: String..., environment: [String: String] = [:], wrapper: [String] = []) throws
        -> Finished
    {
        try TidegateProcess(arguments, in: folder.path, environment: environment, wrapper: wrapper).finish()
    }

    /// Starts a command and lends it; whatever `body` does, nothing is left running.
    func started<Value>(_ arguments: String..., body: (TidegateProcess) throws -> Value) throws -> Value {
        let process = try TidegateProcess(arguments, in: folder.path)
        defer { process.signal(SIGKILL) }
        return try body(process)
    }

    /// Runs a whole cycle, which must go well.
    @discardableResult
    func cycle() throws -> [[String: Any]] {
        let finished = try tidegate("run", "--once", "--json")
        guard finished.status == 0 else { throw Unexpected(text: finished.complaints) }
        return try finished.objects()
    }

    /// The names in the outbox, hidden ones too, sorted.
    var outbox: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path("outbox"))) ?? []).sorted()
    }

    /// Removes what SQLite keeps beside a database of the data folder.
    func removeLogs(of name: String) {
        for suffix in ["-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: folder.path("data/" + name + suffix))
        }
    }

    func delivered(_ name: String) throws -> String {
        String(decoding: try folder.read("outbox/" + name), as: UTF8.self)
    }
}

extension [String: Any] {
    func text(_ key: String) -> String? { self[key] as? String }

    func number(_ key: String) -> Int? { self[key] as? Int }

    func object(_ key: String) -> [String: Any] { self[key] as? [String: Any] ?? [:] }

    func objects(_ key: String) -> [[String: Any]] { self[key] as? [[String: Any]] ?? [] }
}
