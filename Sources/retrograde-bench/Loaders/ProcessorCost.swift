/// What requests cost a server on the processor, whatever the loader beside it costs.
enum ProcessorCost {
    /// In microseconds.
    static func perRequest(_ server: any BenchServer, _ load: PacedLoad, _ workshop: Workshop) throws -> Double {
        let before = try ProcessFigures.processorTime(of: server.process.pid)
        let report = try load.run(workshop, port: server.port)
        guard report.errors == 0 else { throw BenchError("\(report.errors) requests failed") }
        let used = try ProcessFigures.processorTime(of: server.process.pid) - before
        return Double(used) / Double(report.answered) / 1000
    }
}
