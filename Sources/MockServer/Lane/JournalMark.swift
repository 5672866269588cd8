/// An entry of a lane's journal that a later one may repeat.
struct JournalMark {
    /// Which life of the lane it belongs to: a reset numbers entries anew.
    var life: Int
    var number: UInt64
}
