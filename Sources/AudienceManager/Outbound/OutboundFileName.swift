import TidegateModel

/// The names of the files of one export: without a number, then 001, 002 and so on.
package struct OutboundFileName: Hashable, Sendable {
    /// What stands before and behind the number.
    private let head: String
    private let tail: String
    /// Before the number where the template does not say where it stands.
    private let separator: String
    private let fileExtension: String

    /// - Parameter fileExtension: of the compression, such as `.gz`, or nothing.
    package init(
        template: OutboundTemplate, values: OutboundConstants, fileExtension: String = ""
    ) throws(FileNameError) {
        (head, tail, separator) = template.program.nameParts(values)
        self.fileExtension = fileExtension
        let shown = FileName.printable(part(1))
        if let problem = FileName.problem(with: part(1)) { throw .unusable("file name '\(shown)' \(problem)") }
        if FileName.problem(with: part(1_000_000)) != nil || FileName.problem(with: controlFile) != nil {
            throw .unusable("file name '\(shown)' leaves no room for the numbers of parts within 255 bytes")
        }
        if Self.couldBeMilliseconds(head), separator.isEmpty {
            throw .unusable("file name '\(shown)' has ten digits before its number, like a time in milliseconds")
        }
        if part(1) == controlFile { throw .unusable("file name '\(shown)' is that of its control file") }
    }

    /// Parts are counted from 1.
    package func part(_ number: Int) -> String { base(number) + fileExtension }

    /// What the control file calls all parts together.
    package var whole: String { base(1) }

    /// The root of the sequence with `.info`.
    package var controlFile: String { whole.dropLast(Self.extensionLength(of: whole)) + ".info" }

    private func base(_ number: Int) -> String {
        if number == 1 { return head + tail }
        let digits = String(number - 1)
        return head + separator + String(repeating: "0", count: max(0, 3 - digits.count)) + digits + tail
    }

    /// Characters of `.sync` or another extension at the end of a name; 0 where it has none.
    static func extensionLength(of name: String) -> Int {
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return 0 }
        let letters = name[dot...].dropFirst()
        let isExtension =
            1...8 ~= letters.count && letters.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
            && letters.contains { $0.isLetter }
        return isExtension ? letters.count + 1 : 0
    }

    /// True for ten digits at the end, which with three more would look like a time stamp.
    private static func couldBeMilliseconds(_ head: String) -> Bool {
        head.utf8.reversed().prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }.count == 10
    }
}

extension OutboundFileName {
    /// Why a number cannot stand behind these pieces.
    static func problem(beforeSplitNumber program: TemplateProgram) -> String? {
        let advice = "write a separator before 'SPLITNUM', as in '_SPLITNUM'"
        switch program.lastStamp {
        case .seconds: return "ten digits and three more would look like milliseconds, \(advice)"
        case .date(let pattern) where couldBeMilliseconds(pattern.text(of: Instant(milliseconds: 0))):
            return "ten digits and three more would look like milliseconds, \(advice)"
        case .date, .milliseconds, nil: break
        }
        guard case .constant(let macro)? = program.pieces.last,
            [.orderID, .dpid, .masterDPID, .pidAlias].contains(macro)
        else { return nil }
        return "'<\(macro.rawValue)>' and the number could not be told apart, \(advice)"
    }

    /// Refuses what could never become a usable name.
    static func check(_ template: OutboundTemplate) throws(TemplateProblem) {
        for ending in [".gz", ".zst", ".zip", ".gpg", ".pgp"] where template.text.hasSuffix(ending) {
            throw TemplateProblem(
                "'\(ending)' is not part of the template, compression adds its own",
                at: template.text.unicodeScalars.count - ending.count)
        }
        let values = OutboundConstants(
            syncType: .ftp, orderID: "1", dpid: 1, pidAlias: "a", syncMode: .full,
            timestamp: Instant(milliseconds: 1_486_140_844_000))
        do {
            _ = try OutboundFileName(template: template, values: values)
        } catch {
            throw TemplateProblem(error.message, at: 0)
        }
    }
}

extension TemplateProgram {
    func nameParts(_ values: OutboundConstants) -> (head: String, tail: String, separator: String) {
        let row = OutboundRow(values)
        let split = pieces.firstIndex(of: .splitNumber)
        var head: [UInt8] = []
        render(0..<(split ?? pieces.count), row, nil, into: &head)
        guard let split else {
            let name = String(decoding: head, as: UTF8.self)
            let length = OutboundFileName.extensionLength(of: name)
            return (String(name.dropLast(length)), String(name.suffix(length)), "_")
        }
        var tail: [UInt8] = []
        render(split + 1..<pieces.count, row, nil, into: &tail)
        return (String(decoding: head, as: UTF8.self), String(decoding: tail, as: UTF8.self), "")
    }
}
