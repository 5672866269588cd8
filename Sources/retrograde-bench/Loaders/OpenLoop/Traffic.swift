/// One kind of traffic among what a loader sends.
struct Traffic {
    var connections: Int
    /// Requests a second, evenly spaced; `nil`: each connection sends as soon as it was answered.
    var rate: Double?
    var template: RequestTemplate
    /// How many requests in all.
    var count: Int
    /// How many of them, from the first, are not recorded.
    var unrecorded = 0
}
