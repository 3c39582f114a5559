import Testing
import TidegateModel

@testable import Destinations

@Suite struct SendGridJobTests {
    private func job(_ body: String) -> SendGridJob {
        SendGridJob(SendGridJSON(Array(body.utf8)))
    }

    @Test func `a job whose counts are complete is still pending`() {
        let body =
            #"{"status":"pending","job_type":"upsert_contacts","results":{"requested_count":1,"created_count":1}}"#
        #expect(job(body).outcome() == .pending(done: 1))
        #expect(job(#"{"status":"pending","results":{"requested_count":1}}"#).outcome() == .pending(done: nil))
        #expect(job(#"{"status":"pending"}"#).outcome() == .pending(done: nil))
    }

    @Test(arguments: ["", "ready", "queued", "Completed "])
    func `a status that is not known is no end`(_ status: String) {
        #expect(job("{\"status\":\"\(status)\",\"results\":{\"created_count\":2}}").outcome() == .pending(done: 2))
        #expect(job("[]").outcome() == .pending(done: nil))
    }

    @Test func `a completed job has ended, also where unchanged contacts are counted nowhere`() {
        let body = #"{"status":"completed","job_type":"never heard","results":{"requested_count":9,"updated_count":2}}"#
        #expect(job(body).outcome() == .ended(JobResult(figures: ["requested": 9, "updated": 2])))
    }

    @Test func `who was refused and is not named is counted`() {
        let errored = job(#"{"status":"errored","results":{"errored_count":3,"created_count":"5"}}"#)
        let kim = JobResult.Rejection(identity: "kim@example.com", code: "rejected", message: "bounced")
        let figures = ["errored": 3, "created": 5]
        #expect(errored.outcome([kim]) == .ended(JobResult(rejections: [kim], unnamed: 2, figures: figures)))
        #expect(errored.outcome() == .ended(JobResult(unnamed: 3, figures: figures)))
        // Some errors are at least one.
        #expect(job(#"{"status":"errored"}"#).outcome() == .ended(JobResult(unnamed: 1)))
        #expect(job(#"{"status":"errored"}"#).outcome([kim]) == .ended(JobResult(rejections: [kim])))
    }

    @Test func `a failed job has refused everyone`() {
        let body = #"{"status":"failed","results":{"errored_count":2,"errors_url":""}}"#
        #expect(job(body).outcome() == .ended(JobResult(isRefused: true, figures: ["errored": 2])))
        #expect(job(body).errorsURL == nil)
    }

    // MARK: The list of errors

    private func rejections(_ body: String, _ fields: [String] = ["email"]) -> [JobResult.Rejection] {
        let fields = SendGridField.reserved.filter { fields.contains($0.key) }
        return SendGridErrorsList(fields).rejections(in: Array(body.utf8))
    }

    private let expected = [
        JobResult.Rejection(identity: "kim@example.com", code: "invalid-email", message: "email is invalid"),
        JobResult.Rejection(identity: "lee@example.com", code: "rejected", message: "address … bounced, twice"),
    ]

    @Test(arguments: [
        "email,error_reason\r\nKim@Example.com,email is invalid\r\nlee@example.com,\"address lee@example.com bounced, twice\"\r\n",
        "\u{FEFF}\"Reason\",\"first_name\",\"Email Address\"\nemail is invalid,Kim,kim@example.com\n"
            + "\"address lee@example.com bounced, twice\",Lee,lee@example.com",
        "kim@example.com,email is invalid\nlee@example.com,\"address lee@example.com bounced, twice\"\n",
        "email is invalid,kim@example.com\n\"address lee@example.com bounced, twice\",lee@example.com\n",
        #"{"email":"kim@example.com","error":"email is invalid"}"# + "\n"
            + #"{"email":"LEE@example.com","error":"address lee@example.com bounced, twice","line":7}"# + "\n",
        #"[{"email":"kim@example.com","message":"email is invalid"},"#
            + #"{"identifier":"lee@example.com","reason":"address lee@example.com bounced, twice"}]"#,
        #"{"id":"x","errors":[{"email":"kim@example.com","message":"email is invalid"},"#
            + #"{"email":"lee@example.com","message":"address lee@example.com bounced, twice"}]}"#,
    ])
    func `the list of errors may be CSV or JSON of many forms`(_ body: String) {
        #expect(rejections(body) == expected)
    }

    @Test func `one row of JSON is a row`() {
        #expect(rejections(#"{"email":"kim@example.com","error":"email is invalid"}"#) == [expected[0]])
    }

    @Test func `somebody who is named twice is refused once`() {
        #expect(rejections("email,error\nkim@example.com,email is invalid\nKIM@example.com,again\n") == [expected[0]])
    }

    @Test func `an identifier that is no address is found by its column`() {
        let found = JobResult.Rejection(identity: "external_id:4711", code: "rejected", message: "taken")
        #expect(rejections("external_id,error\n4711,taken\n") == [found])
        #expect(rejections("identifier,error\n4711,taken\n", ["email", "external_id"]) == [found])
        // Of two it could be either.
        #expect(rejections("identifier,error\n4711,taken\n", ["external_id", "anonymous_id"]) == [])
    }

    @Test(arguments: [
        "", "\n\n", "<html><body>expired</body></html>", "\u{1F}\u{8B}\u{8}", "{}", "[]", "null", "7", "a,b\nc,d",
    ])
    func `what is no list names nobody`(_ body: String) {
        #expect(rejections(body) == [])
    }

    @Test func `no cell of a row is in its reason`() {
        let found = rejections(
            "email,first_name,error\nkim@example.com,Kimberly,Kimberly of kim@example.com is unknown\n")
        #expect(found.map(\.message) == ["… of … is unknown"])
    }
}
