import AudienceManager
import TidegateModel

/// What libFuzzer calls with each input; the kind of input is chosen when this is compiled.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: bytes, count: count))
    #if DATA
        let complaint = Agreement.complaint(aboutDataFile: input)
    #elseif IDS
        let complaint = Agreement.complaint(aboutIDFile: input)
    #elseif NAMES
        let complaint = Agreement.complaint(aboutName: String(decoding: input, as: UTF8.self))
    #endif
    // These have no double to agree with: that they come back is all.
    input.withUnsafeBytes { id in
        _ = PersonalData.kind(of: id)
        _ = DataSource.holdsColon(id)
        for form in DataSource.IDForm.allCases { _ = form.accepts(id) }
    }
    if let complaint { fatalError(complaint) }
    return 0
}
