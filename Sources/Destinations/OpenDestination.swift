import TidegateModel

extension Destination {
    /// The implementation behind the declaration.
    ///
    /// Nothing is reached or made before it is used.
    package func open() -> any FileDestination {
        switch place {
        case .directory(let path): DirectoryDestination(path: path)
        }
    }
}
