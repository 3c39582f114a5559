import TidegateModel

/// A file that lies in a drop-off, as it was listed.
package struct DroppedFile: Hashable, Sendable {
    /// Below the place: `ftp_dpm_…`, or `date=2026-11-21/ftp_dpm_…`.
    package var name: String
    /// In bytes.
    package var size: Int64
    /// When it was last written, by the place's own clock; nil where the place does not say.
    package var modifiedAt: Instant?
    /// The place shows files only once they are whole.
    package var isWhole: Bool

    package init(name: String, size: Int64, modifiedAt: Instant?, isWhole: Bool) {
        self.name = name
        self.size = size
        self.modifiedAt = modifiedAt
        self.isWhole = isWhole
    }
}

/// What lies in a drop-off.
package struct DropOffLook: Hashable, Sendable {
    /// By name.
    package var files: [DroppedFile]
    /// How many more there are whose names nobody can ask for: not in UTF-8, or with control characters.
    package var unnameable: Int

    package init(files: [DroppedFile] = [], unnameable: Int = 0) {
        self.files = files
        self.unnameable = unnameable
    }
}

/// A place where others leave files, and where they find what became of them.
///
/// Every conformance passes `DropOffContract`. Every call may be made again, whatever became of the last one: errors are
/// transient (also where somebody else was faster), rejected (a person must act) or cancelled, never uncertain.
package protocol DropOffPlace: Sendable {
    /// The files of the place and of its folders `date=yyyy-mm-dd`, by name.
    ///
    /// No folders, no links, nothing in other folders, and no name that begins with a dot, has a control character in it or
    /// is not UTF-8. A place that is not there, or not to be read, is rejected.
    func look() async throws(DeliveryError) -> DropOffLook

    /// Copies the file's bytes into a new file of this machine, whose name must be free and which only this user may read.
    ///
    /// After an error there is no such file. A file that is not as it was listed any more, before, while or after it was
    /// read, is transient.
    func fetch(_ file: DroppedFile, to path: String) async throws(DeliveryError)

    /// Writes a file, which appears whole, in place of what had the name before.
    ///
    /// - Parameter name: as a listed file's, or that below `rejected/`; what folders it needs are made.
    func put(_ bytes: [UInt8], as name: String) async throws(DeliveryError)

    /// Moves the file, in place of what had the name before; fine where that is done already.
    ///
    /// - Parameter name: below `rejected/`, in the folder of the file's day if it has one.
    func reject(_ file: DroppedFile, as name: String) async throws(DeliveryError)

    /// Removes the file. One that is gone already is fine, and one that came in its place since it was listed stays.
    func remove(_ file: DroppedFile) async throws(DeliveryError)

    /// Proves that the place can be listed, and says in a sentence what it found.
    func check() async throws(DeliveryError) -> String
}

extension DropOffPlace {
    package func files() async throws(DeliveryError) -> [DroppedFile] { try await look().files }

    /// Moves the file to the same name below `rejected/`.
    ///
    /// - Returns: the new name.
    package func reject(_ file: DroppedFile) async throws(DeliveryError) -> String {
        let name = try DropOffPath.of(file.name).inRejected.name
        try await reject(file, as: name)
        return name
    }
}

extension Destination.Place {
    /// The drop-off at a place that is resolved; nil for a connector. Nothing is reached before it is used.
    ///
    /// - Parameter named: whom calls are counted for.
    package func openDropOff(_ means: DeliveryMeans, named name: String) -> (any DropOffPlace)? {
        var means = means
        means.destination = name
        return switch self {
        case .directory(let place): FolderDropOff(path: place.path)
        case .s3(let place): S3DropOff(place, means)
        case .sftp(let place): SFTPDropOff(place: place, means: means)
        case .ftp(let place): FTPDropOff(place: place, means: means)
        case .sendgrid, .autopilot, .webhook: nil
        }
    }
}

extension DeliveryError {
    /// - Parameter place: `folder '/drop'`.
    static func gone(_ name: String, from place: String) -> DeliveryError {
        .transient("\(place) has no '\(FileName.printable(name))' any more")
    }

    static func changed(_ name: String, in place: String) -> DeliveryError {
        .transient("\(place) has '\(FileName.printable(name))' no more as it was listed, it changed meanwhile")
    }
}
