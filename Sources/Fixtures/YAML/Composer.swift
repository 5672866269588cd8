/// Builds one tree of nodes from the events of a document, and refuses what fixtures have no use for: aliases,
/// anchors, tags, merge keys, a second document, and more depth or nodes than anybody writes by hand.
struct Composer: ~Copyable {
    static let depthLimit = 64
    static let nodeLimit = 50_000
    /// What `!!` stands for.
    private static let standardTags = "tag:yaml.org,2002:"

    private var events: YAMLEventReader
    private let findings: Findings
    private var nodes = 0
    /// Set where the reading stops before the text ends.
    private var isTruncated: Bool {
        get { findings.isTruncated }
        nonmutating set { findings.isTruncated = newValue }
    }

    private init(_ findings: Findings) {
        events = YAMLEventReader(findings.source.bytes)
        self.findings = findings
    }

    /// The root of the document as far as it could be read; `nil`, and reported, where there is none.
    ///
    /// - Parameter example: the least that one would write.
    static func compose(_ findings: Findings, example: String) -> Node? {
        if findings.source.reportUnreadableBytes(to: findings) { return nil }
        var composer = Composer(findings)
        guard let root = composer.document() else {
            findings.missing("the file is empty; the least it needs is \(example)", at: .beginning)
            return nil
        }
        return root
    }

    /// The keys of the root, as far as the text can be read: what kind of file it means to be.
    static func topLevelKeys(of text: [UInt8]) -> [String] {
        let root = compose(Findings(SourceText(text, file: "")), example: "")
        guard case .mapping(let entries)? = root?.content else { return [] }
        return entries.compactMap { if case .scalar(let scalar) = $0.key.content { scalar.text } else { nil } }
    }

    private mutating func document() -> Node? {
        guard let start = next(), case .documentStart = start.kind, let first = next() else { return nil }
        let root = node(first, depth: 1)
        guard !isTruncated, next() != nil, let second = next() else { return root }
        findings.error("a second document begins here; a file holds one", at: second.range)
        return root
    }

    /// The next event, or `nil` where the text or its grammar ends.
    private mutating func next() -> YAMLEvent? {
        guard !isTruncated else { return nil }
        do {
            return try events.next()
        } catch {
            findings.error(error.message, at: error.range)
            if let context = error.context {
                findings.note(context.message, at: context.range, about: error.range)
            }
            isTruncated = true
            return nil
        }
    }

    private mutating func node(_ event: YAMLEvent, depth: Int) -> Node {
        nodes += 1
        guard isWithinBudget(event, depth: depth) else { return Node(.unreadable, at: event.range) }
        reportExtras(of: event)
        switch event.kind {
        case .scalar(let scalar): return Node(.scalar(scalar), at: event.range)
        case .alias(let name):
            findings.error(
                "\("*\(name)".quoted) is an alias in YAML, and aliases are not supported; "
                    + "quote text that begins with \"*\"",
                at: event.range)
            return Node(.unreadable, at: event.range)
        case .sequenceStart: return sequence(from: event.range, depth: depth)
        case .mappingStart: return mapping(from: event.range, depth: depth)
        default: return Node(.unreadable, at: event.range)
        }
    }

    /// Reports the first excess and ends the reading there.
    private mutating func isWithinBudget(_ event: YAMLEvent, depth: Int) -> Bool {
        if depth > Self.depthLimit {
            findings.error("nested deeper than \(Self.depthLimit) levels", at: SourceRange(at: event.range.start))
            isTruncated = true
        } else if nodes > Self.nodeLimit {
            findings.error("more than \(Self.nodeLimit) values in one file", at: SourceRange(at: event.range.start))
            isTruncated = true
        }
        return !isTruncated
    }

    private func reportExtras(of event: YAMLEvent) {
        if let anchor = event.anchor {
            findings.error(
                "\("&\(anchor)".quoted) is an anchor in YAML, and anchors are not supported; quote text that begins with \"&\"",
                at: event.range)
        }
        if let tag = event.tag {
            let tag = tag.hasPrefix(Self.standardTags) ? "!!" + tag.dropFirst(Self.standardTags.count) : tag
            findings.error(
                "\(tag.quoted) is a tag in YAML, and tags are not supported; quote text that begins with \"!\"",
                at: event.range)
        }
    }

    private mutating func sequence(from start: SourceRange, depth: Int) -> Node {
        var elements: [Node] = []
        var end = start.end
        while let event = next() {
            if case .collectionEnd = event.kind {
                end = event.range.end
                break
            }
            elements.append(node(event, depth: depth + 1))
            end = elements.last?.range.end ?? end
        }
        return Node(.sequence(elements), at: SourceRange(start.start, end))
    }

    private mutating func mapping(from start: SourceRange, depth: Int) -> Node {
        var entries: [Node.Entry] = []
        var places: [String: SourceRange] = [:]
        var hasCollectionKeys = false
        var end = start.end
        while let event = next() {
            if case .collectionEnd = event.kind {
                end = event.range.end
                break
            }
            let key = node(event, depth: depth + 1)
            let value = next().map { node($0, depth: depth + 1) } ?? Node(.unreadable, at: key.range)
            end = value.range.end
            switch key.content {
            case .mapping, .sequence: hasCollectionKeys = true
            default: break
            }
            if isUsable(key: key, places: &places) { entries.append(Node.Entry(key: key, value: value)) }
        }
        let range = SourceRange(start.start, end)
        return Node(hasCollectionKeys ? .unreadable : .mapping(entries), at: range)
    }

    /// Whether a key is a scalar that the mapping does not have yet.
    private func isUsable(key: Node, places: inout [String: SourceRange]) -> Bool {
        guard case .scalar(let scalar) = key.content else {
            if case .unreadable = key.content { return false }
            let isTemplate = if case .mapping = key.content { true } else { false }
            findings.error(
                isTemplate
                    ? "\"{{\" begins a mapping in YAML; put text with placeholders in quotes"
                    : "a key must be text, not \(key.description)", at: key.range)
            return false
        }
        if scalar.text == "<<", !scalar.isQuoted {
            findings.error("merge keys (\"<<\") are not supported; repeat the keys", at: key.range)
            return false
        }
        if let first = places.updateValue(key.range, forKey: scalar.text) {
            findings.error(
                "the key \(scalar.text.quoted) is given twice; the first is on line \(first.start.line)",
                at: key.range)
            findings.note("the first \(scalar.text.quoted) is here", at: first, about: key.range)
            places[scalar.text] = first
            return false
        }
        return true
    }
}
