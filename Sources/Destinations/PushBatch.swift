/// One batch, as it was journaled.
package struct PushBatch: Sendable {
    /// The same for the same contacts of the same run, and for no others.
    package var idempotencyKey: String
    /// Counted from 1.
    package var page: Int
    package var pages: Int
    package var contacts: Contacts
    /// How many contacts at the front an earlier try has carried through, for a receiver that takes each by itself.
    package var done: Int
    /// Journals how many are carried through now.
    package var progress: @Sendable (Int) throws(DeliveryError) -> Void

    package init(
        idempotencyKey: String, page: Int, pages: Int, contacts: Contacts, done: Int = 0,
        progress: @escaping @Sendable (Int) throws(DeliveryError) -> Void = { _ throws(DeliveryError) in }
    ) {
        self.idempotencyKey = idempotencyKey
        self.page = page
        self.pages = pages
        self.contacts = contacts
        self.done = done
        self.progress = progress
    }
}

extension PushBatch {
    package struct Contact: Sendable {
        package var body: ArraySlice<UInt8>
        package var identity: ArraySlice<UInt8>

        package init(body: ArraySlice<UInt8>, identity: ArraySlice<UInt8>) {
            self.body = body
            self.identity = identity
        }
    }

    /// Contacts that lie in one buffer: thirty thousand of them are not counted up and down one by one.
    package struct Contacts: RandomAccessCollection, Sendable {
        /// Where a contact's identity begins, which ends where the body begins, and where that ends.
        package struct Place: Sendable {
            package var identity: Int
            package var body: Int
            package var end: Int

            package init(identity: Int, body: Int, end: Int) {
                self.identity = identity
                self.body = body
                self.end = end
            }
        }

        package let bytes: [UInt8]
        package let places: [Place]

        package init(bytes: [UInt8], places: [Place]) {
            self.bytes = bytes
            self.places = places
        }

        package init(_ contacts: some Sequence<Contact>) {
            var bytes: [UInt8] = []
            var places: [Place] = []
            for contact in contacts {
                let identity = bytes.count
                bytes += contact.identity
                let body = bytes.count
                bytes += contact.body
                places.append(Place(identity: identity, body: body, end: bytes.count))
            }
            self.init(bytes: bytes, places: places)
        }

        package var startIndex: Int { 0 }
        package var endIndex: Int { places.count }

        package subscript(index: Int) -> Contact {
            let place = places[index]
            return Contact(body: bytes[place.body..<place.end], identity: bytes[place.identity..<place.body])
        }

        /// What an array of them has between its brackets, between `opening` and `closing`.
        package func listed(after opening: [UInt8], before closing: [UInt8]) -> [UInt8] {
            var whole: [UInt8] = []
            whole.reserveCapacity(places.reduce(opening.count + closing.count) { $0 + $1.end - $1.body + 1 })
            whole += opening
            bytes.withUnsafeBufferPointer { bytes in
                for (number, place) in places.enumerated() {
                    if number > 0 { whole.append(UInt8(ascii: ",")) }
                    whole.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[place.body..<place.end]))
                }
            }
            whole += closing
            return whole
        }
    }
}
