import Foundation
import TidegateModel
import TidegateTesting

@testable import Destinations

extension DropOffKind {
    /// A prefix of a new bucket.
    ///
    /// - Parameters:
    ///   - isPlain: of a store that knows no checksums.
    ///   - page: how many keys are asked for at once.
    static func s3(_ name: String, isPlain: Bool = false, page: Int = 1000, many: Int) -> Self {
        let fixture = { @Sendable (trouble: DropOffTrouble?) in
            try S3DropOffTrouble(bucket: S3Bucket(isPlain: isPlain), page: page).fixture(trouble)
        }
        var troubles: [DropOffTrouble: Maker] = [:]
        for trouble in DropOffTrouble.allCases { troubles[trouble] = { try fixture(trouble) } }
        return DropOffKind(name, isWhole: true, many: many, troubles: troubles) { try fixture(nil) }
    }
}

extension S3Bucket {
    /// The drop-off below `drop/` of the bucket.
    func dropOff(_ place: S3Place? = nil, page: Int = 1000) -> S3DropOff {
        S3DropOff(
            place ?? self.place(path: "drop"), DeliveryMeans(clock: ManualClock(S3Bucket.now)),
            settings: AWSSettings(variables: [:]) { _ in nil }, page: page
        )
    }

    var dropOffDoor: DropOffFixture.BackDoor {
        DropOffFixture.BackDoor(
            names: {
                try keys().filter { !$0.hasSuffix("/") }
                    .map { $0.hasPrefix("drop/") ? String(decoding: $0.utf8.dropFirst(5), as: UTF8.self) : "/" + $0 }
                    .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            },
            read: { try object("drop/" + $0) },
            write: { try write($0, to: "drop/" + $1, at: $2) },
            // As programs do that show keys as folders.
            makeFolder: { try write([], to: "drop/\($0)/") },
            remove: { try remove("drop/" + $0) },
            open: { name in
                // Whoever reads an object reads the one that he began with: S3 promises that, not this project.
                let bytes = try object("drop/" + name)
                return { bytes }
            }
        )
    }
}

/// Brings trouble to a bucket.
private struct S3DropOffTrouble: Sendable {
    var bucket: S3Bucket
    var page: Int

    func fixture(_ trouble: DropOffTrouble?) throws -> DropOffFixture {
        var place = bucket.place(path: "drop")
        var reached: @Sendable () async throws -> Void = {}
        switch trouble {
        case .fallsSilent:
            let proxy = try proxy("--stall-after", &place)
            reached = { try await proxy.wait(for: "reached") }
        case .losesConnection: _ = try proxy("--reset-after-bytes", &place)
        case .refusesReading: try refuse(["ListObjectsV2"])
        case .refusesWriting:
            try refuse(["PutObject", "CopyObject", "DeleteObject"])
            try bucket.dropOffDoor.write([1, 2, 3], "kept.sync", S3Bucket.now)
        case .refusesCredentials: place.secretKey = Secret("not-the-secret")
        case .isMissing: place.bucket = "tidegate-missing-\(UUID().uuidString.lowercased())"
        case nil: break
        }
        var fixture = DropOffFixture(
            place: bucket.dropOff(place, page: page), backDoor: bucket.dropOffDoor, staging: bucket.staging)
        fixture.secrets = [bucket.server["accessKey"], bucket.server["secretKey"], place.secretKey?.text ?? ""]
        fixture.missing = place.bucket
        fixture.reached = reached
        return fixture
    }

    private func refuse(_ operations: [String]) throws {
        try bucket.fail(operations.map { .init(op: $0, times: 1000, status: 403, code: "AccessDenied") })
    }

    private func proxy(_ trouble: String, _ place: inout S3Place) throws -> LocalServer {
        let port = bucket.server["url"].split(separator: ":").last.map(String.init) ?? ""
        let proxy = try LocalServer("faultproxy", [port, trouble, "1000000", "--downwards"])
        place.endpoint = "http://127.0.0.1:\(proxy["port"])"
        bucket.keep(proxy)
        return proxy
    }
}
