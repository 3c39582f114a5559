import TidegateModel

extension Destination {
    package func resolved() throws(UnresolvedText) -> Destination {
        try resolved(by: EnvironmentText())
    }

    /// With every reference to the environment filled in. The path stays a template: its macros are to be rendered, and
    /// percent signs that references brought are doubled.
    ///
    /// - Throws: what names the destination and each reference of it that leads nowhere.
    func resolved(by environment: EnvironmentText) throws(UnresolvedText) -> Destination {
        let owner = "destination '\(name)'"
        return try environment.fillAll(of: owner) { (environment) throws(UnresolvedText) in
            var destination = self
            destination.displayName = try environment.resolve(displayName)
            destination.place = try environment.resolve(place, of: owner)
            return destination
        }
    }
}

extension EnvironmentText {
    func resolve(_ declared: Destination.Place, of owner: String) throws(UnresolvedText) -> Destination.Place {
        let place: Destination.Place =
            switch declared {
            case .directory(let place): .directory(DirectoryPlace(path: try absoluteFolder(place.path, of: owner)))
            case .s3(let place): .s3(try resolve(place))
            case .sftp(let place): .sftp(try resolve(place))
            case .ftp(let place): .ftp(try resolve(place))
            case .sendgrid(let place): .sendgrid(try resolve(place))
            case .autopilot(let place): .autopilot(try resolve(place))
            case .webhook(let place): .webhook(try resolve(place))
            }
        if place != declared, let problem = place.problem {
            throw UnresolvedText("\(owner) cannot be used as it is filled in: \(problem)")
        }
        return place
    }

    fileprivate func resolve(_ text: String?) throws(UnresolvedText) -> String? {
        guard let text else { return nil }
        return try resolve(text) as String
    }

    /// A variable that is set to nothing is a deployment's mistake: nobody has an empty key.
    fileprivate func resolve(_ secret: Secret) throws(UnresolvedText) -> Secret {
        let text: String = try resolve(secret.text)
        guard !text.isEmpty else {
            throw UnresolvedText("secret '\(secret.text)' is empty", secret.text.dropFirst(2).dropLast())
        }
        return Secret(text)
    }

    func resolve(_ secret: Secret?) throws(UnresolvedText) -> Secret? {
        guard let secret else { return nil }
        return try resolve(secret) as Secret
    }

    fileprivate func resolve(_ declared: S3Place) throws(UnresolvedText) -> S3Place {
        var place = declared
        place.bucket = try resolve(declared.bucket)
        place.path = String(try folder(declared.path).drop { $0 == "/" })
        place.endpoint = try declared.endpoint.map(address)
        place.region = try resolve(declared.region)
        place.accessKey = try resolve(declared.accessKey)
        place.secretKey = try resolve(declared.secretKey)
        place.sessionToken = try resolve(declared.sessionToken)
        place.profile = try resolve(declared.profile)
        place.kmsKey = try resolve(declared.kmsKey)
        return place
    }

    /// Without a slash at its end.
    private func address(_ text: String) throws(UnresolvedText) -> String {
        var address: String = try resolve(text)
        while address.hasSuffix("/") { address.removeLast() }
        return address
    }

    /// An empty path would be the server's root and not where the login lands.
    private func login(_ template: String) throws(UnresolvedText) -> String {
        let folder = try folder(template)
        return folder.isEmpty ? "." : folder
    }

    fileprivate func resolve(_ declared: SFTPPlace) throws(UnresolvedText) -> SFTPPlace {
        var place = declared
        place.host = try resolve(declared.host)
        place.user = try resolve(declared.user)
        place.path = try login(declared.path)
        place.password = try resolve(declared.password)
        place.privateKey = try resolve(declared.privateKey)
        place.passphrase = try resolve(declared.passphrase)
        place.hostKey = try resolve(declared.hostKey)
        place.knownHosts = try resolve(declared.knownHosts)
        return place
    }

    fileprivate func resolve(_ declared: FTPPlace) throws(UnresolvedText) -> FTPPlace {
        var place = declared
        place.host = try resolve(declared.host)
        place.user = try resolve(declared.user)
        place.password = try resolve(declared.password)
        place.path = try login(declared.path)
        place.caFile = try resolve(declared.caFile)
        return place
    }

    fileprivate func resolve(_ declared: SendGridPlace) throws(UnresolvedText) -> SendGridPlace {
        SendGridPlace(
            apiKey: try resolve(declared.apiKey), baseURL: try address(declared.baseURL),
            onBehalfOf: try resolve(declared.onBehalfOf)
        )
    }

    fileprivate func resolve(_ declared: AutopilotPlace) throws(UnresolvedText) -> AutopilotPlace {
        AutopilotPlace(
            apiKey: try resolve(declared.apiKey), baseURL: try address(declared.baseURL),
            callsPerSecond: declared.callsPerSecond
        )
    }

    fileprivate func resolve(_ declared: WebhookPlace) throws(UnresolvedText) -> WebhookPlace {
        var place = declared
        place.url = try resolve(declared.url)
        place.signingKey = try resolve(declared.signingKey)
        place.authorization = try resolve(declared.authorization)
        return place
    }
}
