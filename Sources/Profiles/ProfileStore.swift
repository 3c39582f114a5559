import TidegateModel

/// The profile store: what Tidegate knows about customers, and which of them were in which segment when.
///
/// Lives in one SQLite file that can be rebuilt from the sources. Calls block the calling thread; one call writes at
/// a time, any number may read beside it.
package final class ProfileStore: Sendable {
    let path: String

    /// Opens the store at `path`, making it where there is none.
    package init(path: String) throws(ProfileError) {
        self.path = path
    }
}

/// Why the profile store could not do its work, sorted by what the caller does next.
package enum ProfileError: Error, Equatable {
    /// Trying again may help; nothing was changed.
    case transient(String)
    /// A person must act first; nothing was changed.
    case rejected(String)
    case cancelled
}
