import Destinations
import Testing

@Suite struct AWSSettingsTests {
    static let files = [
        "/home/me/.aws/credentials": """
        # comment
        [default]
        aws_access_key_id = D
        aws_secret_access_key = secret=with=signs
        [other]
        aws_access_key_id=O
        aws_secret_access_key = os
        aws_session_token = token
        [half]
        aws_access_key_id = H
        """,
        "/home/me/.aws/config": """
        [default]
        region = eu-west-1
        s3 =
          region = nested
        [profile other]
        region=eu-north-1
        [profile config-only]
        aws_access_key_id = C
        aws_secret_access_key = cs
        """,
        "/elsewhere": "[default]\naws_access_key_id = E\naws_secret_access_key = es\n",
    ]

    private func settings(_ variables: [String: String] = [:]) -> AWSSettings {
        AWSSettings(variables: variables.merging(["HOME": "/home/me"]) { own, _ in own }) { Self.files[$0] }
    }

    @Test func `the environment comes before the files`() throws {
        let variables = [
            "AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "as", "AWS_SESSION_TOKEN": "at", "AWS_REGION": "r1",
            "AWS_DEFAULT_REGION": "r2",
        ]
        let found = try settings(variables).credentials(profile: nil)
        #expect(found == .init(accessKey: "A", secretKey: "as", sessionToken: "at"))
        #expect(settings(variables).region(profile: nil) == "r1")
        #expect(settings(["AWS_DEFAULT_REGION": "r2"]).region(profile: nil) == "r2")
    }

    @Test func `a profile that is asked for by name comes before the environment`() throws {
        let variables = ["AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "as"]
        let found = try settings(variables).credentials(profile: "other")
        #expect(found == .init(accessKey: "O", secretKey: "os", sessionToken: "token"))
        #expect(settings(variables).region(profile: "other") == "eu-north-1")
    }

    @Test func `files are read by section, and only keys of the section itself`() throws {
        #expect(try settings().credentials(profile: nil) == .init(accessKey: "D", secretKey: "secret=with=signs"))
        #expect(settings().region(profile: nil) == "eu-west-1")
        #expect(try settings(["AWS_PROFILE": "other"]).credentials(profile: nil).accessKey == "O")
        #expect(try settings().credentials(profile: "config-only").accessKey == "C")
        let elsewhere = settings(["AWS_SHARED_CREDENTIALS_FILE": "/elsewhere", "AWS_CONFIG_FILE": "/nowhere"])
        #expect(try elsewhere.credentials(profile: nil).accessKey == "E")
        #expect(elsewhere.region(profile: nil) == nil)
    }

    @Test(arguments: [
        ("AWS_ACCESS_KEY_ID", "A", "AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not"),
        ("AWS_PROFILE", "half", "profile 'half' of AWS's files has no aws_secret_access_key"),
        ("AWS_PROFILE", "none", "profile 'none' is not in AWS's files, or has no aws_access_key_id"),
        (
            "HOME", "/home/nobody",
            "no credentials: give accessKey and secretKey, set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or write "
                + "'/home/nobody/.aws/credentials'"
        ),
    ])
    func `credentials that are missing are told, with where they were looked for`(
        _ variable: String, _ value: String, _ sentence: String
    ) {
        #expect(throws: DeliveryError.rejected(sentence)) { try settings([variable: value]).credentials(profile: nil) }
    }
}
