/// CSV as others write it.
enum CommaSeparated {
    /// Fields in quotes may hold commas, line ends and doubled quotes; empty lines are none.
    static func records(in text: String) -> [[String]] {
        var records: [[String]] = []
        var record: [String] = []
        var field = ""
        var isQuoted = false
        var scalars = text.unicodeScalars[...]
        if scalars.first == "\u{FEFF}" { scalars.removeFirst() }
        while let scalar = scalars.popFirst() {
            switch (scalar, isQuoted) {
            case ("\"", true) where scalars.first == "\"":
                scalars.removeFirst()
                field.unicodeScalars.append("\"")
            case ("\"", _):
                isQuoted.toggle()
            case (",", false):
                record.append(field)
                field = ""
            case ("\n", false), ("\r", false):
                records.append(record + [field])
                (record, field) = ([], "")
            default:
                field.unicodeScalars.append(scalar)
            }
        }
        records.append(record + [field])
        return records.filter { $0 != [""] }
    }
}
