import TidegateModel

/// A template of the vendor's for a file's name, its header or its rows, read and found good.
///
/// A template that was read always renders: a macro that is unknown, or stands where it has no meaning, is refused when the
/// job files are read, not found out from an empty file.
package struct OutboundTemplate: Hashable, Sendable {
    package enum Slot: String, CaseIterable, Sendable { case name, header, row }

    package let text: String
    package let slot: Slot
    /// What its rows must bring, so that an exporter collects nothing else.
    package var needs: Set<OutboundNeed> { Set(places.keys) }
    /// What is accepted and had better be written otherwise.
    package let warnings: [TemplateProblem]
    /// Whether it writes a time at all, as long as no condition leaves it out.
    package var hasTimestamp: Bool { !program.stamps.isEmpty }
    /// Whether a time stands in it to the second.
    package var tellsSecondsApart: Bool { program.stamps.contains { $0 == .milliseconds || $0 == .seconds } }
    let program: TemplateProgram
    private let unwritable: ByteSet
    /// Where each need is first.
    private let places: [OutboundNeed: Int]

    /// Longer ones are refused, in Unicode scalars.
    static let maxLength = 65_536

    package init(_ text: String, for slot: Slot) throws(TemplateProblem) {
        var reader = TemplateReader(text, for: slot)
        try reader.read()
        if slot == .name, reader.program.stamps.isEmpty {
            reader.warnings.append(
                TemplateProblem("file name has no '<TIMESTAMP>', so that each export replaces the one before", at: 0))
        }
        self.text = text
        self.slot = slot
        places = reader.needs
        warnings = reader.warnings
        program = reader.program
        unwritable = reader.program.unwritableBytes
        if slot == .name { try OutboundFileName.check(self) }
    }

    /// False for an id that would make a row unreadable, because it holds what the template writes between values.
    package func canHold(_ id: UnsafeRawBufferPointer) -> Bool {
        if unwritable.isEmpty { return true }
        return !id.isEmpty && !id.contains { unwritable.contains($0) }
    }

    /// Each macro that would be empty in all rows, because nobody brings what it needs, where it is first; in their order.
    package func problems(bringing brought: Set<OutboundNeed>) -> [TemplateProblem] {
        let missing = places.filter { !brought.contains($0.key) }.map { need, place in
            TemplateProblem("'<\(need.macro.rawValue)>' would be empty in every row", at: place)
        }
        // One macro may need the ids of several data sources.
        return Set(missing).sorted { $0.offset < $1.offset }
    }
}

/// Why a text is no template, as a sentence, and where, counted in Unicode scalars from 0.
package struct TemplateProblem: Error, Hashable, Sendable {
    package var message: String
    package var offset: Int

    init(_ message: String, at offset: Int) {
        self.message = message
        self.offset = offset
    }
}
