import Testing
import TidegateModel

@testable import Commands
@testable import Engine
@testable import Profiles

@Suite struct PreviewTextTests {
    private func push(
        _ counts: RunCounts = RunCounts(selected: 4, exported: 3, skipped: ["missing-email": 1])
    ) -> PushPreview {
        PushPreview(
            export: ExportPreview(header: ["email", "first_name"], rows: [["a@example.com", nil]], counts: counts),
            memberships: 7
        )
    }

    @Test func `a preview of a push is one table over all segments, with what they select and how many that are`() {
        #expect(
            PreviewText.text(["buyers", "all"], push(), cap: 4) == """
                buyers, all: 7 selected, 4 distinct, 3 would be pushed, 1 skipped (missing-email)
                the receiver's own checks come on top: addresses that are twice or not valid, values that it does not take
                email          first_name
                a@example.com  ∅

                """
        )
    }

    @Test func `a push above the cap is said to send nothing`() {
        #expect(
            PreviewText.text(["all"], push(), cap: 3).hasPrefix(
                "all: 7 selected, 4 distinct, nothing would be pushed: 4 is above the cap of 3 "
                    + "(guardrails.connectorProfiles), 1 skipped (missing-email)\n"
            )
        )
    }

    @Test func `the cap counts who is skipped too, and takes its own number`() throws {
        #expect(PushPreviewDocument(["all"], push(), cap: 3).aboveCap)
        #expect(!PushPreviewDocument(["all"], push(), cap: 4).aboveCap)
    }
}
