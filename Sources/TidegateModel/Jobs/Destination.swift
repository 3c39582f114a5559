import Foundation

/// Where exports go.
package struct Destination: Hashable, Codable, Sendable {
    package enum Place: Hashable, Codable, Sendable {
        case directory(DirectoryPlace)
        case s3(S3Place)
        case sftp(SFTPPlace)
        case ftp(FTPPlace)
        case sendgrid(SendGridPlace)
        case autopilot(AutopilotPlace)
        case webhook(WebhookPlace)
    }

    package var id: UUID
    package var name: String
    /// For people; nil where the name will do.
    package var displayName: String?
    /// Who agreed that profiles go there; connectors have one.
    package var consent: Consent?
    package var place: Place

    package init(id: UUID, name: String, displayName: String? = nil, consent: Consent? = nil, place: Place) {
        self.id = id
        self.name = name
        self.displayName = displayName
        self.consent = consent
        self.place = place
    }

    /// Takes profiles by calls, all segments of a dataflow in one run; the others take files, one run per segment.
    package var isConnector: Bool {
        switch place {
        case .directory, .s3, .sftp, .ftp: false
        case .sendgrid, .autopilot, .webhook: true
        }
    }

    /// Where files go, as a template with the macros of file names; nil for a connector.
    package var path: String? { place.path }
}

/// Who agreed that profiles go to a receiver, and when.
package struct Consent: Hashable, Codable, Sendable {
    package var agreedBy: String
    package var agreedOn: LocalDate

    package init(agreedBy: String, agreedOn: LocalDate) {
        self.agreedBy = agreedBy
        self.agreedOn = agreedOn
    }
}

/// Text that nobody may see: in a job specification the reference to it (`${env:NAME}`), in a resolved one the secret.
///
/// Only references are ever encoded; no description shows what it holds.
package struct Secret: Hashable, Codable, Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    package var text: String

    package init(_ text: String) {
        self.text = text
    }

    package init(from decoder: any Decoder) throws {
        text = try decoder.singleValueContainer().decode(String.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    package var description: String { "(secret)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
