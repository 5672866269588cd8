import Fixtures
import TestSupport
import Testing

struct DialectLibraryTests {
    @Test func `reads a dialect when it is asked for, and only one that there is`() throws {
        let plain = try #require(FixtureLoader.shipped().dialects["plain"])
        let library = DialectLibrary(names: ["a", "b"]) { name in
            var dialect = plain
            dialect.name = name
            return dialect
        }
        #expect(library["a"]?.name == "a")
        #expect(library["c"] == nil)
        #expect(library.keys == ["a", "b"])
        #expect(Set(library.values.map(\.name)) == ["a", "b"])
    }

    @Test func `one that is added stands before one that is shipped`() throws {
        let plain = try #require(FixtureLoader.shipped().dialects["plain"])
        var library = DialectLibrary(names: ["a"]) { _ in plain }
        var own = plain
        own.title = "mine"
        library["a"] = own
        library["b"] = own
        #expect(library["a"]?.title == "mine" && library.keys == ["a", "b"])
        #expect(DialectLibrary(["x": plain])["x"] == plain)
    }
}
