/// A generator of random numbers whose whole state is one number, so that each row can have its own.
struct SplitMix64 {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    /// The stream of one row: the same for the same seed and number, whatever was generated before.
    init(seed: UInt64, row: UInt64) {
        state = seed &+ row &* 0xD1B5_4A32_D192_ED03
        state = next()
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// 0 up to, not including, `bound`; even enough for bounds far below 2³².
    mutating func below(_ bound: Int) -> Int {
        Int(((next() >> 32) &* UInt64(bound)) >> 32)
    }

    /// True `count` times in a thousand.
    mutating func chance(_ count: Int) -> Bool { below(1000) < count }
}
