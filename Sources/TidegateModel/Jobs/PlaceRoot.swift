/// What a path starts from: two destinations with one root and one path are one place.
///
/// On one server each user counts as a root, as most servers lock users up in folders of their own.
package enum PlaceRoot: Hashable, Sendable {
    case machine
    case bucket(endpoint: String, String)
    case login(type: String, host: String, port: Int, user: String)

    /// Nil for a connector.
    package init?(_ place: Destination.Place) {
        switch place {
        case .directory: self = .machine
        case .s3(let place): self = .bucket(endpoint: (place.endpoint ?? "").lowercased(), place.bucket)
        case .sftp(let place):
            self = .login(type: "sftp", host: place.host.lowercased(), port: place.port, user: place.user)
        case .ftp(let place):
            self = .login(type: "ftp", host: place.host.lowercased(), port: place.port, user: place.user)
        case .sendgrid, .autopilot, .webhook: return nil
        }
    }
}
