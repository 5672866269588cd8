/// How a client process tells its caller what became of its call.
public enum ExitCode {
    public static let failed: Int32 = 22
    public static let crashed: Int32 = 134
}
