import Destinations
import Digests
import Foundation
import TidegateModel

/// Delivers one file as a run would, for the comparison with other programs that do.
enum Deliveries {
    /// `FILE URL BUCKET REGION`; the keys come from the environment.
    static func s3(_ arguments: [String]) async throws -> [String: Double] {
        guard arguments.count == 4 else { throw WrongUsage() }
        let place = S3Place(
            bucket: arguments[2], path: "benchmark", endpoint: arguments[1], region: arguments[3], addressing: .path
        )
        return try await deliver(arguments[0], to: .s3(place))
    }

    /// `FILE HOST PORT USER FOLDER HOST-KEY KEY-FILE`.
    static func sftp(_ arguments: [String]) async throws -> [String: Double] {
        guard arguments.count == 7, let port = Int(arguments[2]) else { throw WrongUsage() }
        let key = try String(contentsOfFile: arguments[6], encoding: .utf8)
        let place = SFTPPlace(
            host: arguments[1], port: port, user: arguments[3], path: arguments[4], privateKey: Secret(key),
            hostKey: arguments[5]
        )
        return try await deliver(arguments[0], to: .sftp(place))
    }

    private static func deliver(_ path: String, to place: Destination.Place) async throws -> [String: Double] {
        let destination = Destination(id: UUID(kind: "Destination", name: "peer"), name: "peer", place: place)
        guard case .files(let files) = destination.open(DeliveryMeans(clock: MachineClock())) else {
            throw WrongUsage()
        }
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
        // A run knows the digest from staging, and a destination only passes it on.
        let file = StagedFile(path: path, name: "ours.bin", rows: 0, size: size, sha256: "")
        let receipt = try await files.deliver(file, fence: Fence(run: UUID(), attempt: 1))
        guard receipt.size == size else { throw WrongUsage() }
        return ["bytes": Double(size)]
    }

    struct WrongUsage: Error {}
}

struct MachineClock: WallClock {
    func now() -> Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    func sleep(until deadline: Instant) async throws(CancellationError) {
        do {
            try await Task.sleep(for: .milliseconds(max(0, (deadline - now()).milliseconds)))
        } catch {
            throw CancellationError()
        }
    }
}
