import Foundation
import Testing
import TidegateTesting

/// Drop-offs that lie elsewhere, with the servers' own view of what is there.
@Suite struct DropOffPlacesTests {
    private static let name = "ftp_dpm_478_1366545717.sync"

    private func site(_ from: String) throws -> GateSite {
        let gates = try GateSite()
        try gates.site.write(DropOffSite.declarations, to: "traits.yaml")
        try gates.site.write(
            "kind: Source\nname: onboarding\nformat: audience-manager\nsettle: 0s\nfrom:\n\(from)",
            to: "onboarding.yaml")
        return gates
    }

    private func ingest(_ gates: GateSite) throws -> [String: String] {
        let finished = try gates.tidegate("ingest", "onboarding", "--json")
        guard finished.status == 0, let report = try finished.objects().first else {
            throw Unexpected(text: finished.complaints)
        }
        #expect(try gates.leaks(finished) == [])
        return Dictionary(
            uniqueKeysWithValues: report.objects("files").map { ($0.text("file") ?? "", $0.text("outcome") ?? "") })
    }

    @Test func `files below the days of a bucket are taken, answered and rejected there`() throws {
        let bucket = try Bucket()
        let gates = try site(
            """
              type: s3
              bucket: \(bucket.name)
              path: acme
              endpoint: \(bucket.server["url"])
              addressing: path
              region: \(bucket.server["region"])
              accessKey: ${env:STORE_ACCESS_KEY}
              secretKey: ${env:STORE_SECRET_KEY}
            """)
        try bucket.put("c1\td_sid=25\n", as: "acme/date=2026-11-21/\(Self.name)")
        try bucket.put("c1\td_sid=25\n", as: "acme/date=2026-11-21/customers.csv")
        try bucket.put("c2\td_sid=25\n", as: "acme/elsewhere/\(Self.name)")
        let day = "date=2026-11-21/"
        #expect(try ingest(gates) == [day + Self.name: "taken", day + "customers.csv": "rejected"])
        #expect(
            try bucket.keys()
                == [
                    "acme/\(day)\(Self.name)", "acme/\(day)\(Self.name).receipt.json", "acme/elsewhere/\(Self.name)",
                    "acme/rejected/\(day)customers.csv", "acme/rejected/\(day)customers.csv.receipt.json",
                ].sorted())
        let receipt = String(decoding: try bucket.object("acme/\(day)\(Self.name).receipt.json"), as: UTF8.self)
        #expect(receipt.contains("\"storedRecords\" : 1"))
        #expect(try ingest(gates) == [:])
    }

    @Test func `a folder of a server is watched like one of this machine`() throws {
        let own = "drop-\(UUID().uuidString.lowercased())"
        let server = try LocalServer.shared("sshd")
        let folder = URL(filePath: server["root"]).appending(path: own)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let gates = try site(
            """
              type: sftp
              host: 127.0.0.1
              port: \(server["port"])
              user: \(server["user"])
              path: \(own)
              privateKey: ${file:\(server["keyEncrypted"])}
              passphrase: ${env:PARTNER_PASSPHRASE}
              hostKey: \(server["hostKey"])
            """)
        try Data("c1\td_sid=25\n".utf8).write(to: folder.appending(path: Self.name))
        try Data().write(to: folder.appending(path: "ftp_dpm_478_1366545718.sync"))
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1_700_000_000)],
            ofItemAtPath: folder.appending(path: "ftp_dpm_478_1366545718.sync").path(percentEncoded: false))
        #expect(try ingest(gates) == [Self.name: "taken", "ftp_dpm_478_1366545718.sync": "rejected"])
        let left = try FileManager.default.subpathsOfDirectory(atPath: folder.path(percentEncoded: false)).sorted()
        #expect(
            left == [
                Self.name, Self.name + ".receipt.json", "rejected", "rejected/ftp_dpm_478_1366545718.sync",
                "rejected/ftp_dpm_478_1366545718.sync.receipt.json",
            ])
        #expect(try ingest(gates) == [:])
    }
}

extension Bucket {
    fileprivate func put(_ text: String, as key: String) throws {
        _ = try BackDoor.call("PUT", "\(server["url"])/_tidegate/object/\(name)?key=\(key)", Data(text.utf8))
    }
}
