import Profiles

/// Who joined and who left between two snapshots of about 3 million members of 10 million profiles, 1 % of them new.
enum Deltas {
    static func measured() -> [String: Double] {
        let (before, after) = snapshots(of: 10_000_000)
        let storedBefore = before.serialized()
        let storedAfter = after.serialized()
        var joined = 0
        var left = 0
        let counting = Measure.seconds(rounds: 21) {
            joined = after.countSubtracting(before)
            left = before.countSubtracting(after)
        }
        var sets = 0
        let making = Measure.seconds(rounds: 21) {
            sets = after.subtracting(before).count + before.subtracting(after).count
        }
        let whole = Measure.seconds(rounds: 21) {
            guard let before = read(storedBefore), let after = read(storedAfter) else { return }
            sets = after.subtracting(before).count + before.subtracting(after).count
        }
        precondition(sets == joined + left, "the deltas do not add up")
        return [
            "members": Double(after.count), "joined": Double(joined), "left": Double(left),
            "countMilliseconds": counting * 1e3, "setsMilliseconds": making * 1e3,
            "loadAndSetsMilliseconds": whole * 1e3, "bytesPerMember": Double(storedAfter.count) / Double(after.count),
        ]
    }

    private static func read(_ bytes: [UInt8]) -> ProfileSet? {
        bytes.withUnsafeBytes { ProfileSet(serialized: $0) }
    }

    private static func snapshots(of profiles: UInt32) -> (ProfileSet, ProfileSet) {
        var dice = Dice(seed: 20_261_121)
        let (before, after) = (ProfileSet(), ProfileSet())
        for profile in 1...profiles {
            let isMember = dice.chance(0.3)
            if isMember { before.insert(profile) }
            // As many come as go.
            let changes = dice.chance(isMember ? 0.01 : 0.01 * 3 / 7)
            if isMember != changes { after.insert(profile) }
        }
        return (before, after)
    }
}
