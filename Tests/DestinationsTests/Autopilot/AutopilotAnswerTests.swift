import Testing
import TidegateModel

@testable import Destinations

@Suite struct AutopilotAnswerTests {
    @Test(arguments: [
        (
            400, #"{"error":"Bad Request","message":"No autopilotapikey header provided."}"#,
            DeliveryError.rejected("Autopilot refuses the key: No autopilotapikey header provided.")
        ),
        (
            401, #"{"error":"Unauthorized","message":"Provided autopilotapikey not valid."}"#,
            .rejected("Autopilot refuses the key: Provided autopilotapikey not valid.")
        ),
        (401, "", .rejected("Autopilot refuses the key: answer 401")),
        (403, #"{"code":"Forbidden"}"#, .rejected("Autopilot denies access: Forbidden")),
        (302, "", .rejected("Autopilot's address answers 302, which is no answer of Autopilot")),
    ])
    func `a failure is sorted by what is to be done about it`(_ status: Int, _ body: String, _ error: DeliveryError) {
        #expect(throws: error) { try AutopilotAnswer(status: status, body: Array(body.utf8), key: Secret("ffff")) }
    }

    @Test(arguments: [
        (200, "{}", AutopilotAnswer.done(Array("{}".utf8))), (204, "", .done([])), (404, "", .notFound),
        (404, #"{"error":"Not Found","message":"Contact could not be found."}"#, .notFound),
        (400, #"{"error":"Bad Request","message":"Too many contacts."}"#, .refused("Too many contacts.")),
        (409, #"{"code":"Conflict"}"#, .refused("Conflict")), (413, "", .refused("answer 413")),
    ])
    func `an answer about the body itself is left to who sent it`(
        _ status: Int, _ body: String, _ answer: AutopilotAnswer
    ) throws {
        #expect(try AutopilotAnswer(status: status, body: Array(body.utf8), key: Secret("ffff")) == answer)
    }

    @Test(arguments: [
        ("Email ann@example.com is not valid", "Email … is not valid"),
        ("'Ann's' is taken", "… is taken"), (#"name "Ann Lee" is long"#, "name … is long"),
        ("contact can't be <ann@example.com>.", "contact can't be …"), ("name can't be 'Ann'", "name can…"),
        ("key ffff is bad", "key … is bad"), ("no /contact/ann%40example.com here", "no … here"),
        (#"name 'Ann\nLee'\tis long"#, "name … is long"),
    ])
    func `the receiver's words are kept without a profile's data`(_ said: String, _ kept: String) throws {
        let quoted = said.replacing("\"", with: "\\\"")
        #expect(AutopilotAnswer.words(Array(#"{"message":"\#(quoted)"}"#.utf8), Secret("ffff")) == kept)
    }
}
