/// Why a row of a drop-off's file is not taken. The raw values are what receipts count by.
package enum RowFault: String, CaseIterable, Hashable, Sendable {
    /// Nothing but spaces and TABs.
    case blankLine = "blank-line"
    case noTab = "no-tab"
    case secondTab = "second-tab"
    case emptyID = "empty-id"
    /// No element of the list says anything.
    case emptyList = "empty-list"
    case malformedSignal = "malformed-signal"
    case invalidUTF8 = "invalid-utf8"
    case nulByte = "nul-byte"
    case idWithColon = "id-with-colon"
    case invalidAAMID = "invalid-aam-id"
    case invalidDeviceID = "invalid-device-id"
    case invalidID = "invalid-id"
    case noMatchingID = "no-matching-id"
    case noTraitRealized = "no-trait-realized"
    case wrongColumnCount = "wrong-column-count"
    case trailingBlank = "trailing-blank"
    case lineTooLong = "line-too-long"
    case userLineLimit = "user-line-limit"
}
