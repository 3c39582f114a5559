import Foundation
import TidegateModel
extension ProfileStore {
    package func segment(_ s: [Segment], schema: ProfileSchema, nominal: Instant, at: Instant, id: UUID, progress: (Int, Int) -> Void, isCancelled: @escaping () -> Bool) throws(ProfileError) -> Snapshot { throw .cancelled }
    package func snapshots(publishedAfter: Instant) throws(ProfileError) -> [Snapshot] { [] }
    package func problems() throws(ProfileError) -> [String] { [] }
}
