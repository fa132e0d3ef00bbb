extension Philox {
    /// The numbers 0..<count in a random order that depends on key and epoch alone.
    ///
    /// Fisher and Yates's shuffle from the last place down. Each place is drawn without bias: a word is
    /// scaled to the bound by a 64-bit product, and the words that would make some places likelier are
    /// passed over (Lemire 2019). Counters: (0, epoch, place, block of words).
    public func shuffled(_ count: Int, epoch: Int = 0) -> [Int] {
        var order = Array(0..<max(count, 0))
        guard count > 1 else { return order }
        for place in stride(from: count - 1, through: 1, by: -1) {
            let other = bounded(UInt32(truncatingIfNeeded: place + 1), epoch: epoch, place: place)
            order.swapAt(place, other)
        }
        return order
    }

    /// A number in 0..<bound, every one equally likely.
    private func bounded(_ bound: UInt32, epoch: Int, place: Int) -> Int {
        let threshold = (0 &- bound) % bound
        var block: UInt32 = 0
        while true {
            let words = words(
                0,
                UInt32(truncatingIfNeeded: epoch),
                UInt32(truncatingIfNeeded: place),
                block
            )
            for lane in 0..<4 {
                let product = words[lane].multipliedFullWidth(by: bound)
                if product.low >= threshold { return Int(product.high) }
            }
            block &+= 1
        }
    }
}
