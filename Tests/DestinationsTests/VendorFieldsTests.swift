import Testing
import TidegateModel

@testable import Destinations

/// Holds what validation says of a vendor's fields against what the connector says of them.
@Suite struct VendorFieldsAgreementTests {
    @Test func `validation knows the fields that a push to SendGrid writes`() {
        for field in SendGridField.reserved { #expect(SendGridFields.isStandard(field.key), "\(field.key)") }
        #expect(Set(SendGridFields.identifiers) == Set(SendGridField.identifiers + ["email"]))
    }

    @Test(arguments: AttributeType.allCases)
    func `validation refuses a type exactly where the push to SendGrid would`(type: AttributeType) {
        for field in SendGridField.reserved {
            let columns = [PushColumn(field: field.key, type: type)]
            let others = field.key == "email" ? [] : [PushColumn(field: "email", type: .text)]
            let isTaken = (try? SendGridDefinitions().fields(for: columns + others)) != nil
            #expect((SendGridFields.refusal(of: field.key, type) == nil) == isTaken, "\(field.key)")
        }
    }
}
