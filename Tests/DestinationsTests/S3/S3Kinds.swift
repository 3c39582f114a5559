import Destinations
import Foundation
import TidegateModel
import TidegateTesting

extension DestinationKind {
    /// A prefix of a new bucket.
    ///
    /// - Parameters:
    ///   - isPlain: of a store that knows no checksums.
    ///   - partSize: nil where no file of the contract is long enough for parts.
    static func s3(_ name: String, isPlain: Bool = false, partSize: Int? = nil) -> Self {
        let fixture = { @Sendable (trouble: Trouble?) in
            try S3Trouble(bucket: S3Bucket(isPlain: isPlain), partSize: partSize ?? 16 << 20).fixture(trouble)
        }
        var troubles: [Trouble: Maker] = [:]
        var exceptions: [Trouble: String] = [:]
        for trouble in Trouble.allCases { troubles[trouble] = { try fixture(trouble) } }
        if partSize == nil {
            // What the kernel took from one request may have arrived, and a file of the contract fits into its buffers.
            for trouble in [Trouble.fallsSilent, .losesConnectionEarly] {
                troubles[trouble] = nil
                exceptions[trouble] =
                    "one request that was given away whole is uncertain; S3FailureTests break larger ones"
            }
        }
        return DestinationKind(
            name, traits: [.replacesAtomically, .findsReceipts], partSize: partSize, troubles: troubles,
            exceptions: exceptions
        ) { try fixture(nil) }
    }
}

/// Brings trouble to a bucket.
private struct S3Trouble: Sendable {
    var bucket: S3Bucket
    var partSize: Int

    func fixture(_ trouble: Trouble?) throws -> DestinationFixture {
        var place = bucket.place(partSize: partSize)
        let uploads = UploadJournal.inMemory()
        var reached: @Sendable () async throws -> Void = {}
        switch trouble {
        case .fallsSilent:
            let proxy = try proxy(["--stall-after", "500000"], &place)
            reached = { try await proxy.wait(for: "reached") }
        case .losesConnectionEarly:
            _ = try proxy(["--reset-after-bytes", "500000"], &place)
        case .losesConnectionLate:
            try bucket.fail(
                .init(op: "PutObject", do: "drop-after"), .init(op: "CompleteMultipartUpload", do: "drop-after"))
        case .isFull:
            try failWriting(507, "InsufficientStorage")
        case .refusesWriting:
            try failWriting(403, "AccessDenied")
        case .refusesCredentials:
            place.secretKey = Secret("not-the-secret")
            // Else sweeping has nothing to ask.
            try uploads.note("left.csv", leftNote(place))
        case .isMissing:
            place.bucket = "tidegate-missing-\(UUID().uuidString.lowercased())"
        case nil:
            break
        }
        return fixture(place, uploads, reached)
    }

    private func fixture(
        _ place: S3Place, _ uploads: UploadJournal, _ reached: @escaping @Sendable () async throws -> Void
    ) -> DestinationFixture {
        var backDoor = DestinationFixture.BackDoor.bucket(bucket, prefix: "exports/")
        backDoor.unfinished = { try bucket.uploads().map(\.id) }
        var fixture = DestinationFixture(
            destination: bucket.destination(place, uploads: uploads),
            reopened: bucket.destination(place, uploads: uploads),
            backDoor: backDoor,
            staging: bucket.staging,
            uploads: uploads
        )
        fixture.secrets = [bucket.server["accessKey"], bucket.server["secretKey"], place.secretKey?.text ?? ""]
        fixture.missing = place.bucket
        fixture.reached = reached
        return fixture
    }

    private func failWriting(_ status: Int, _ code: String) throws {
        let operations = ["PutObject", "CreateMultipartUpload", "UploadPart"]
        try bucket.fail(operations.map { .init(op: $0, times: 1000, status: status, code: code) })
    }

    private func leftNote(_ place: S3Place) -> String {
        S3UploadNote(
            place: "\(place.endpoint ?? "")/\(place.bucket)", key: "exports/left.csv", partSize: 1, size: 2, sha256: ""
        ).text
    }

    private func proxy(_ options: [String], _ place: inout S3Place) throws -> LocalServer {
        let url = bucket.server["url"]
        let proxy = try LocalServer("faultproxy", [url.split(separator: ":").last.map(String.init) ?? ""] + options)
        place.endpoint = "http://127.0.0.1:\(proxy["port"])"
        bucket.keep(proxy)
        return proxy
    }
}

extension DestinationFixture.BackDoor {
    static func bucket(_ bucket: S3Bucket, prefix: String) -> Self {
        Self(
            names: { try bucket.keys().map { $0.hasPrefix(prefix) ? String($0.dropFirst(prefix.count)) : "/" + $0 } },
            read: { try bucket.object(prefix + $0) },
            write: { try bucket.write($0, to: prefix + $1) },
            open: { name in
                // Whoever reads an object reads the one that he began with: S3 promises that, not this project.
                let bytes = try bucket.object(prefix + name)
                return { bytes }
            }
        )
    }
}
