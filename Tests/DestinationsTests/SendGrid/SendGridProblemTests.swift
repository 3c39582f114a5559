import Testing

@testable import Destinations

@Suite struct SendGridProblemTests {
    private func problems(_ body: String) -> [SendGridProblem] {
        SendGridProblem.problems(in: Array(body.utf8))
    }

    @Test func `errors are read as an array, an object, a bare array, a text, or not at all`() {
        let expected = [SendGridProblem("invalid input", field: "")]
        #expect(problems(#"{"errors":[{"field":"","message":"invalid input","help":null}],"id":"x"}"#) == expected)
        #expect(problems(#"{"errors":{"field":"","message":"invalid input"}}"#) == expected)
        #expect(problems(#"[{"field":"","message":"invalid input"}]"#) == expected)
        #expect(
            problems(#"{"errors":[{"message":"a","parameter":"ids"},{"error_id":"7"},{"message":null}]}"#).count == 1)
        #expect(problems(#"{"errors":["gone"]}"#) == [SendGridProblem("gone")])
        #expect(problems(#"{"errors":"gone"}"#) == [SendGridProblem("gone")])
        for none in [
            "", "<html>400</html>", "null", "{}", "[]", #"{"errors":null}"#, #"{"errors":[null,1]}"#, "{\"err",
        ] {
            #expect(problems(none) == [], "\(none)")
        }
    }

    @Test func `the quoted value counts, apostrophes and all`() {
        let quoted = SendGridProblem("email 'kim@example' is not valid", field: "contacts[0].identifier").quoted
        #expect(quoted?.kind == "email" && quoted?.value == "kim@example")
        #expect(SendGridProblem("email 'o'hara@example' is not valid").quoted?.value == "o'hara@example")
        #expect(SendGridProblem("email ''' is not valid' is not valid").quoted?.value == "'' is not valid")
        #expect(SendGridProblem("phone_number_id '+46' is not valid").quoted?.kind == "phone_number_id")
        #expect(SendGridProblem("the contact's email is not valid").quoted == nil)
        #expect(SendGridProblem("either 'ids' OR 'delete_all_contacts' should be supplied").quoted == nil)
    }

    @Test(arguments: [
        "email 'kim@example.com' is not valid", "contact kim@example.com cannot be added", "kim@example.com",
        "\"Kim Example\" is too long", "phone +46 70 123 45 67 is taken", "number 0701234567 is taken",
        "Kim 'Kim Example'\n'kim@example.com'", "key SG.abcdefghijklmnopqrstuvwxyz.0123 is bad",
    ])
    func `nothing of a contact or a key is in the safe words`(_ message: String) {
        let safe = SendGridProblem(message).safe
        for part in ["kim@", "example.com", "Kim Example", "123", "SG."] { #expect(!safe.contains(part), "\(safe)") }
    }

    @Test func `the safe words keep the vendor's own`() {
        #expect(SendGridProblem("invalid custom field ids supplied").safe == "invalid custom field ids supplied")
        #expect(SendGridProblem("email 'kim@example' is not valid").safe == "email … is not valid")
        #expect(SendGridProblem(String(repeating: "word ", count: 100)).safe.count == 160)
    }

    @Test func `full accounts and wrong mappings are told from wrong contacts`() {
        #expect(SendGridProblem("Maximum credits exceeded").isQuota)
        #expect(SendGridProblem("you have hit your contact limit").isQuota)
        #expect(!SendGridProblem("too many requests").isQuota)
        #expect(SendGridProblem("invalid custom field ids supplied").isConfiguration)
        #expect(SendGridProblem("invalid input", field: "").isConfiguration)
        #expect(SendGridProblem("invalid input").isConfiguration)
        #expect(!SendGridProblem("invalid input", field: "contacts[3].city").isConfiguration)
        #expect(!SendGridProblem("email 'kim@example' is not valid", field: "contacts[0].identifier").isConfiguration)
    }

    @Test func `a refused row is found by what is quoted, never by the index beside it`() {
        let rows = ["a@b.se", "kim@example", "external_id:4711", "d@b.se"].map { identity in
            (Array(identity.utf8)[...], Array("{\"alternate_emails\":[\"alt-\(identity)\"]}".utf8)[...])
        }
        func found(_ messages: String...) -> [RowRejection] {
            SendGridRefusedRows(rows).rejections(messages.map { SendGridProblem($0, field: "contacts[0].identifier") })
        }
        let named = RowRejection(index: 1, code: "invalid-email", message: "email … is not valid")
        #expect(found("email 'kim@example' is not valid") == [named])
        #expect(found("email 'KIM@Example ' is not valid", "email 'kim@example' is not valid") == [named])
        #expect(found("external_id '4711' is not valid").map(\.index) == [2])
        #expect(found("external_id '4711' is not valid").map(\.code) == ["invalid-external-id"])
        #expect(found("email 'alt-d@b.se' is not valid").map(\.index) == [3])
        #expect(found("email 'somebody@else.se' is not valid", "something else") == [])
    }
}
