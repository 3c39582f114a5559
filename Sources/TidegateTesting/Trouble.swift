/// What goes wrong at a place, which a fixture brings about.
///
/// Troubled deliveries send a file of `FileDestinationContract.largeSize` bytes, or of two and a half parts where the kind
/// has parts and that is more. Every trouble with a connection comes once: from then on the place is sound.
package enum Trouble: String, CaseIterable, Hashable, Sendable {
    /// The place falls silent with the connection open after some of the first upload's bytes; `reached` then returns.
    case fallsSilent
    /// The connection of the first upload breaks after some of its bytes.
    case losesConnectionEarly
    /// The connection of the first upload breaks after its last byte, before the place has said that it holds them.
    case losesConnectionLate
    /// The place has no room for such a file.
    case isFull
    /// The place lets this user in, and does not let him write.
    case refusesWriting
    /// The place does not let this user in.
    case refusesCredentials
    /// The bucket, or the folder with what it is in, is not there yet; `missing` is its name.
    case isMissing
}
