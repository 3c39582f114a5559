import Foundation

/// Finds the contacts of a call that an answer speaks of.
struct SendGridRefusedRows {
    typealias Row = (identity: ArraySlice<UInt8>, body: ArraySlice<UInt8>)

    private let rows: [Row]
    private let byIdentity: [ArraySlice<UInt8>: Int]

    init(_ rows: [Row]) {
        self.rows = rows
        byIdentity = Dictionary(rows.enumerated().map { ($1.identity, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The contacts that the problems quote, by ascending index; none for problems that quote nobody who is here.
    func rejections(_ problems: [SendGridProblem]) -> [RowRejection] {
        var found: [Int: RowRejection] = [:]
        for problem in problems {
            guard let quoted = problem.quoted else { continue }
            let code = (["invalid"] + quoted.kind.split(separator: "_")).joined(separator: "-")
            for index in indices(of: quoted.value, quoted.kind) where found[index] == nil {
                let message = SendGridProblem.safe(problem.message, without: [quoted.value])
                found[index] = RowRejection(index: index, code: code, message: message)
            }
        }
        return found.values.sorted { $0.index < $1.index }
    }

    private func indices(of value: String, _ kind: String) -> [Int] {
        let identity = kind == "email" ? MailAddress.normal(value) : "\(kind):\(value)"
        if let index = byIdentity[Array(identity.utf8)[...]] { return [index] }
        // It is one of a contact's other values, such as an alternate e-mail.
        var encoded: [UInt8] = []
        encoded.appendJSON(text: value)
        let wanted = Data(encoded)
        return rows.indices.filter { Data(rows[$0].body).range(of: wanted) != nil }
    }
}
