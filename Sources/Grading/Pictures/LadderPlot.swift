/// The delays before retry 1, 2, … over many processes.
public struct LadderPlot: Hashable, Sendable {
    public var title: String
    /// In order of the retries.
    public var steps: [Step]
    /// What the interval of each step is: `mean, 99 % on either side`.
    public var intervalMeaning: String
    /// Delays worth a line of their own: a limit, a cap.
    public var marks: [Mark]

    public init(title: String, steps: [Step], intervalMeaning: String, marks: [Mark] = []) {
        self.title = title
        self.steps = steps
        self.intervalMeaning = intervalMeaning
        self.marks = marks
    }

    /// One retry.
    public struct Step: Hashable, Sendable {
        /// From 1.
        public var number: Int
        /// One for each process that came so far.
        public var delays: [Double]
        /// The mean or the median.
        public var centre: Double
        public var low: Double
        public var high: Double
        /// What was concluded of it: `fixed`; empty where nothing was.
        public var remark: String
        public var speaksAgainst: Bool

        public init(
            number: Int, delays: [Double], centre: Double, low: Double, high: Double, remark: String = "",
            speaksAgainst: Bool = false
        ) {
            self.number = number
            self.delays = delays
            self.centre = centre
            self.low = low
            self.high = high
            self.remark = remark
            self.speaksAgainst = speaksAgainst
        }
    }

    public struct Mark: Hashable, Sendable {
        public var delay: Double
        /// `20 ms, the least`.
        public var label: String

        public init(delay: Double, label: String) {
            self.delay = delay
            self.label = label
        }
    }
}
