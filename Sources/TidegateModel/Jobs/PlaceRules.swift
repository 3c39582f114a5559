/// Rules for what a place is called, with sentences' ends that do not repeat it.
///
/// Job files are held against them where they write a value; what references bring is when it is used.
package enum PlaceRules {
    /// The rule of S3 and of what speaks it; nil where `name` keeps it.
    package static func problem(withBucket name: String) -> String? {
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        let isAddress = labels.count > 1 && labels.allSatisfy { $0.wholeMatch(of: #/[0-9]+/#) != nil }
        let areLabels = labels.allSatisfy { $0.wholeMatch(of: #/[a-z0-9]([a-z0-9\-]*[a-z0-9])?/#) != nil }
        if 3...63 ~= name.utf8.count, areLabels, !isAddress { return nil }
        return
            "must be a bucket's name: 3 to 63 lower-case letters, digits, hyphens and dots, without a scheme or a slash"
    }

    /// Nil where `text` is the SHA-256 fingerprint of a key, as OpenSSH prints it.
    package static func problem(withFingerprint text: String) -> String? {
        text.wholeMatch(of: #/SHA256:[A-Za-z0-9+\/]{43}/#) == nil
            ? "must be 'SHA256:' and 43 characters of base64, as 'ssh-keygen -lf' prints it" : nil
    }
}

extension Destination.Place {
    /// What makes a place with its references filled in unusable, as the end of a sentence that repeats no value; nil
    /// where nothing does.
    package var problem: String? {
        for (key, problem) in rules {
            if let problem { return "'\(key)' \(problem)" }
        }
        return nil
    }

    private var rules: [(key: String, problem: String?)] {
        switch self {
        case .directory: []
        case .s3(let place):
            [
                ("bucket", PlaceRules.problem(withBucket: place.bucket)),
                ("endpoint", place.endpoint.flatMap { ServiceURL.problem(with: $0) }),
            ]
        case .sftp(let place):
            [
                ("host", ServiceURL.problem(withHost: place.host)),
                ("hostKey", place.hostKey.flatMap(PlaceRules.problem(withFingerprint:))),
            ]
        case .ftp(let place): [("host", ServiceURL.problem(withHost: place.host))]
        case .sendgrid(let place): [("baseURL", ServiceURL.problem(with: place.baseURL))]
        case .autopilot(let place): [("baseURL", ServiceURL.problem(with: place.baseURL))]
        case .webhook(let place): [("url", ServiceURL.problem(with: place.url.text, mayHaveQuery: true))]
        }
    }
}
