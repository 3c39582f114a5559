import Testing
import TidegateModel

@Suite struct VendorFieldsTests {
    @Test(
        arguments: [
            ("email", .text, nil), ("email", nil, nil),
            ("email", .integer, "field 'email' takes no values of type integer"),
            ("external_id", .real, "field 'external_id' takes no values of type real"), ("external_id", .integer, nil),
            ("postal_code", .integer, nil),
            ("favourite_colour", .text, nil), ("_x1", .date, nil),
            ("Email", .text, "unknown SendGrid field 'Email', did you mean 'email'?"),
            ("FIRST_NAME", .text, "unknown SendGrid field 'FIRST_NAME', did you mean 'first_name'?"),
            ("last_clicked", .date, "field 'last_clicked' is read-only at SendGrid"),
            ("Created_At", .date, "unknown SendGrid field 'Created_At', did you mean 'created_at'?"),
            ("list_ids", .text, "field 'list_ids' is not for a mapping: the dataflow names its list"),
            (
                "first-name", .text,
                "'first-name' cannot be a SendGrid field, whose names are letters, digits and underscores without a digit "
                    + "first, did you mean 'first_name'?"
            ),
            (
                "person.id", .text,
                "'person.id' cannot be a SendGrid field, whose names are letters, digits and underscores without a digit "
                    + "first"
            ),
        ] as [(String, AttributeType?, String?)])
    func `a SendGrid field is standard, custom by its form, or refused`(
        _ field: String, _ type: AttributeType?, _ refusal: String?
    ) {
        #expect(SendGridFields.refusal(of: field, type) == refusal)
    }

    @Test(
        arguments: [
            ("Email", .text, nil), ("Email", .integer, "field 'Email' takes no values of type integer"),
            ("email", .text, "unknown Autopilot field 'email', did you mean 'Email'?"),
            ("first_name", .text, "unknown Autopilot field 'first_name', did you mean 'FirstName'?"),
            (
                "Lifetime value", .real,
                "unknown Autopilot field 'Lifetime value'; a custom field is written as 'string--Lifetime--value'"
            ),
            ("NumberOfEmployees", .integer, nil), ("unsubscribed", .boolean, nil),
            ("unsubscribed", .text, "field 'unsubscribed' takes no values of type text"),
            ("owner_name", .text, "field 'owner_name' is read-only at Autopilot"),
            ("_autopilot_list", .text, "field '_autopilot_list' is not for a mapping: the dataflow names its list"),
            ("string--Test--Field", .integer, nil), ("float--Value", .integer, nil), ("float--Value", .real, nil),
            ("float--Value", .text, "field 'float--Value' takes no values of type text"),
            ("integer--Orders", .real, "field 'integer--Orders' takes no values of type real"),
            ("boolean--Consent", .boolean, nil), ("date--Last", .timestamp, nil), ("date--Last", .date, nil),
            ("date--Last", .text, "field 'date--Last' takes no values of type text"), ("date--Last", nil, nil),
            (
                "String--Test", .text,
                "custom field 'String--Test' must begin with one of string--, integer--, float--, boolean-- and date--, "
                    + "did you mean 'string--Test'?"
            ),
            ("integer--", .integer, "custom field 'integer--' has no name"),
            (
                "string--Shoe size", .text,
                "custom field 'string--Shoe size' must have '--' for each space, did you mean 'string--Shoe--size'?"
            ),
        ] as [(String, AttributeType?, String?)])
    func `an Autopilot field is one of those it has, custom with its type, or refused`(
        _ field: String, _ type: AttributeType?, _ refusal: String?
    ) {
        #expect(AutopilotFields.refusal(of: field, type) == refusal)
    }

    @Test func `a mapping needs what contacts are told apart by`() {
        for identifier in SendGridFields.identifiers {
            #expect(SendGridFields.lack(of: ["first_name", identifier]) == nil)
        }
        #expect(SendGridFields.lack(of: ["first_name"])?.contains("'email'") == true)
        #expect(AutopilotFields.lack(of: ["FirstName", "Email"]) == nil)
        #expect(AutopilotFields.lack(of: ["FirstName"])?.contains("'Email'") == true)
    }

    @Test func `a misspelled case of what is needed is told once`() {
        #expect(SendGridFields.lack(of: ["Email"]) == nil)
        #expect(AutopilotFields.lack(of: ["email"]) == nil)
    }

    @Test func `what SendGrid keeps to itself is never a field that may be written`() {
        for (name, _) in SendGridFields.standard { #expect(SendGridFields.unwritable[name] == nil) }
        #expect(SendGridFields.longest("first_name") == 50)
        #expect(SendGridFields.longest("postal_code") == nil)
        #expect(AutopilotFields.customType(of: "float--Value") == .float)
        #expect(AutopilotFields.customType(of: "Email") == nil)
    }
}

@Suite struct ServiceURLTests {
    @Test(arguments: [
        "https://api.sendgrid.com", "HTTPS://api.sendgrid.com:8443/v3", "http://127.0.0.1:4711", "http://localhost/x",
        "http://[::1]:80", "http://127.9.9.9", "https://[2001:db8::1]/a", "https://under_score.example/",
    ])
    func `https is for everywhere and http for this machine`(url: String) {
        #expect(ServiceURL.problem(with: url) == nil)
    }

    @Test(arguments: [
        "http://api.sendgrid.com", "http://127.0.0.1.evil.example", "http://localhost.evil.example",
        "http://1270.0.0.1", "http://127.0.0.1@evil.example", "https://user:secret@host", "ftp://host", "host", "",
        "https://", "https://host:", "https://host:0", "https://host:99999", "https://host:x", "https://a?b",
        "https://a#b", "https://a b", "https://[::1", "https://[zz]", "http://[2001:db8::1]", "https://-x",
        "https://a\n", "http://０.0.0.1",
    ])
    func `anything else is refused without being repeated`(url: String) throws {
        let problem = try #require(ServiceURL.problem(with: url))
        #expect(!problem.contains("secret") && !problem.contains("evil"))
    }

    @Test(
        arguments: [
            ("sftp.example.com", nil), ("10.0.0.1", nil), ("[2001:db8::1]", nil), ("localhost", nil), ("a_b", nil),
            ("sftp://host", "must be a host alone, without a scheme"),
            ("host/x", "must be a host alone, without a path"),
            ("host:22", "must be a host alone, without a port"),
            ("2001:db8::1", "must have an IPv6 address in brackets"),
            ("", "must be a host's name or address"), ("a b", "must be a host's name or address"),
            ("user@host", "must be a host's name or address"), ("[x]", "must be a host's name or address"),
        ] as [(String, String?)])
    func `a host is a host alone`(_ host: String, _ problem: String?) {
        #expect(ServiceURL.problem(withHost: host) == problem)
    }
}
