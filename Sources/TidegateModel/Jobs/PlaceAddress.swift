extension Destination.Place {
    /// Of a place that takes files, its folder or what keys begin with; nil for a connector.
    package var path: String? {
        switch self {
        case .directory(let place): place.path
        case .s3(let place): place.path
        case .sftp(let place): place.path
        case .ftp(let place): place.path
        case .sendgrid, .autopilot, .webhook: nil
        }
    }

    /// With another path; a connector, which has none, as it is.
    package func placed(at path: String) -> Destination.Place {
        switch self {
        case .directory: return .directory(DirectoryPlace(path: path))
        case .s3(var place):
            place.path = path
            return .s3(place)
        case .sftp(var place):
            place.path = path
            return .sftp(place)
        case .ftp(var place):
            place.path = path
            return .ftp(place)
        case .sendgrid, .autopilot, .webhook: return self
        }
    }

    /// How people call a place that takes files, such as `s3://bucket/prefix`; of a folder on this machine its path. Nil for
    /// a connector.
    package var address: String? {
        switch self {
        case .directory(let place): place.path
        case .s3(let place): Self.address("s3", place.bucket, place.path)
        case .sftp(let place):
            Self.address("sftp", place.port == 22 ? place.host : "\(place.host):\(place.port)", place.path)
        case .ftp(let place):
            Self.address(
                "ftp", [21, 990].contains(place.port) ? place.host : "\(place.host):\(place.port)", place.path)
        case .sendgrid, .autopilot, .webhook: nil
        }
    }

    private static func address(_ scheme: String, _ host: String, _ path: String) -> String {
        if path.isEmpty || path == "." { return "\(scheme)://\(host)" }
        return "\(scheme)://\(host)\(path.hasPrefix("/") ? "" : "/")\(path)"
    }
}
