import TidegateModel

/// A destination as a run uses it.
package enum OpenDestination: Sendable {
    case files(any FileDestination)
    case connector(any Connector)

    /// As `check` of either; nothing is left behind.
    package func check(list: String? = nil) async throws(DeliveryError) -> String {
        switch self {
        case .files(let place): try await place.check()
        case .connector(let connector): try await connector.check(list: list)
        }
    }
}

extension Destination {
    /// The implementation behind the declaration, which must be resolved: references filled in, and for a run the path's
    /// macros too.
    ///
    /// Nothing is reached or made before it is used.
    package func open(_ means: DeliveryMeans, uploads: UploadJournal = .inMemory()) -> OpenDestination {
        var means = means
        means.destination = name
        return switch place {
        case .directory(let place): .files(DirectoryDestination(path: place.path))
        case .s3(let place): .files(S3Destination(place, means, uploads))
        case .sftp(let place): .files(SFTPDestination(place, means, uploads))
        case .ftp(let place): .files(FTPDestination(place, means, uploads))
        case .sendgrid(let place): .connector(SendGridConnector(place, means))
        case .autopilot(let place): .connector(AutopilotConnector(place, means))
        case .webhook(let place): .connector(WebhookConnector(place, means))
        }
    }
}
