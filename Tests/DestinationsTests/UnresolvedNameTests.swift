import Destinations
import Foundation
import Testing
import TidegateModel
import TidegateTesting

/// What a place says whose host's name nobody has an address for.
@Suite struct UnresolvedNameTests {
    /// Longer than a part of a name may be, so that no name server is asked.
    private static let host = String(repeating: "x", count: 64) + ".invalid"

    private func sentence(_ place: Destination.Place) async throws -> String {
        let clock = ManualClock(Instant(milliseconds: 1_795_262_400_000))
        let destination = Destination(id: UUID(), name: "far", place: place)
        let error = try await #require(throws: DeliveryError.self) {
            _ = try await destination.open(DeliveryMeans(clock: clock)).check()
        }
        guard case .transient(let reason, _) = error else { return "not transient: \(error)" }
        return reason
    }

    @Test func `a server whose name does not resolve is said to be out of reach, not to take no files`() async throws {
        let (host, key) = (Self.host, "SHA256:" + String(repeating: "A", count: 43))
        let sftp = SFTPPlace(host: host, user: "u", path: "in", password: Secret("p"), hostKey: key)
        #expect(
            try await sentence(.sftp(sftp)) == "SFTP server '\(host)' cannot be reached: its name does not resolve")
        let ftp = FTPPlace(host: host, user: "u", password: Secret("p"), path: "in")
        #expect(try await sentence(.ftp(ftp)) == "FTP server '\(host)' cannot be reached: its name does not resolve")
    }

    @Test func `a bucket whose endpoint's name does not resolve names the endpoint`() async throws {
        let endpoint = "https://\(Self.host)"
        let place = S3Place(
            bucket: "exports", path: "", endpoint: endpoint, region: "us-east-1", accessKey: Secret("a"),
            secretKey: Secret("b")
        )
        #expect(
            try await sentence(.s3(place))
                == "bucket 'exports' cannot be reached: the name of its endpoint '\(endpoint)' does not resolve"
        )
    }
}
