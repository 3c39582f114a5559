import Testing
import TidegateModel

@testable import AudienceManager

@Suite struct OutboundTemplateTests {
    @Test func `the default row has one blank between its parts, and commas`() throws {
        let row = Outbound.row("59767559181262060060278870901087098252", in: [24, 26, 27], left: [25, 28])
        #expect(
            try Outbound.line(AudienceManagerLayout.defaultRow, row)
                == "59767559181262060060278870901087098252 24,26,27 25,28")
    }
}
