/// A report in every form in which it can be asked for.
protocol ReportForms {
    func json() throws -> String
    var junit: String { get }
    var markdown: String { get }
    var html: String { get }

    /// - Parameter columns: how wide the terminal is; `nil` where the output is none.
    func terminal(colour: Bool, columns: Int?) -> String
}

extension Report: ReportForms {
    func json() throws -> String { try JSONReport.text(self) }
    var junit: String { JUnitReport.text(self) }
    var markdown: String { MarkdownReport.text(self) }
    var html: String { HTMLReport.text(self) }
    func terminal(colour: Bool, columns: Int?) -> String {
        TerminalReport(colour: colour, columns: columns).text(self)
    }
}

extension MatrixReport: ReportForms {
    func json() throws -> String { try JSONReport.text(self) }
    var junit: String { JUnitReport.text(self) }
    var markdown: String { MarkdownReport.text(self) }
    var html: String { HTMLMatrix.text(self) }
    func terminal(colour: Bool, columns: Int?) -> String {
        TerminalMatrix(colour: colour, columns: columns).text(self)
    }
}
