/// Makes the four splits out of files as people have them.
///
/// The same files and settings always give the same splits.
public enum Importer {
    /// Reads, checks and divides.
    ///
    /// - Parameters:
    ///   - sources: The files, in the order in which they were named.
    ///   - settings: What the person chose.
    /// - Returns: Everything that would be written, and what a person should know before.
    /// - Throws: `QuestionFile.Fault` naming file and line.
    public static func run(_ sources: [ImportSource], _ settings: ImportSettings) throws(QuestionFile.Fault)
        -> ImportResult
    {
        var log = DropLog()
        var notes: [String] = []
        var (files, drafts) = try read(sources, settings, &log, &notes)
        if let base = try OptionNumbers.resolve(&drafts) {
            notes.append("answers are numbers of options that count from \(base)")
        }
        drafts = drafts.compactMap { DraftCleaner.cleaned($0, &log) }
        let answers = try AnswerGuess(drafts, given: settings.kind)
        let check = try AnswerCheck(
            kind: answers.kind,
            cue: settings.cue,
            settings: answers.settings,
            isBare: answers.isBare
        )
        drafts = drafts.filter { draft in
            guard let fault = check.fault(draft) else { return true }
            log.add(
                "that answer kind \(answers.name) does not take",
                draft.origin,
                withoutPlace(fault, draft)
            )
            return false
        }
        notes += poolNotes(&drafts, files)
        var pool = DraftPool(drafts, check: check)
        pool.removeRepeats(&log)
        notes += pool.keepNearTogether(&log)
        var result = ImportResult(answers: answers)
        result.sources = files
        try SplitFill(pool: pool, settings: settings, check: check).fill(&result, &log)
        result.drops = log.drops
        guard result.questionCount > 0 else {
            let first = log.drops.first.map { "; \($0.origin) is one \($0.reason)" } ?? ""
            throw QuestionFile.Fault(
                "no question is left of \(files.reduce(0) { $0 + $1.recordCount }) records" + first,
                hint: "name the fields with --question and --answer, or the layout with --layout"
            )
        }
        result.notes =
            notes + result.notes + ImportNotes.all(of: result, plan: settings.plan, cue: settings.cue)
        return result
    }

    private static func read(
        _ sources: [ImportSource],
        _ settings: ImportSettings,
        _ log: inout DropLog,
        _ notes: inout [String]
    ) throws(QuestionFile.Fault) -> ([ImportResult.Source], [QuestionDraft]) {
        var files: [ImportResult.Source] = []
        var drafts: [QuestionDraft] = []
        var levelless: [String] = []
        for source in sources {
            let (format, records) = try SourceFormat.records(of: source.bytes, name: source.name)
            let reader = try SourceMapping(records, name: source.name, settings)
            for record in records {
                for item in reader.items(of: record) {
                    switch item {
                    case .question(var draft):
                        draft.file = source.name
                        draft.split = source.split
                        drafts.append(draft)
                        if draft.level == nil, SourceItem.namesLevel(record) {
                            levelless.append(draft.origin)
                        }
                    case .left(let reason, let line): log.add(reason, "\(source.name):\(line)")
                    }
                }
            }
            files.append(
                ImportResult.Source(
                    name: source.name,
                    split: source.split,
                    format: format,
                    layout: reader.layout?.name,
                    fields: Dictionary(uniqueKeysWithValues: reader.mapping?.fields ?? []),
                    recordCount: records.count
                )
            )
        }
        if let first = levelless.first {
            notes.append(
                "\(Plain.count(levelless.count)) \(levelless.count == 1 ? "record has" : "records have") a level that is no whole "
                    + "number from 0 to \(Plain.count(QuestionLevel.range.upperBound)), \(first) is the first: left out"
            )
        }
        return (files, drafts)
    }

    /// Splits that no file is are cut from the files that are none, else from those of train.
    private static func poolNotes(_ drafts: inout [QuestionDraft], _ files: [ImportResult.Source])
        -> [String]
    {
        let given = Set(files.compactMap(\.split))
        let missing = [Split.valid, .gate, .test].filter { !given.contains($0) }
        guard !missing.isEmpty, files.allSatisfy({ $0.split != nil }), given.contains(.train) else {
            return []
        }
        for place in drafts.indices where drafts[place].split == .train { drafts[place].split = nil }
        return ["\(missing.map(\.rawValue).joined(separator: ", ")) cut from the questions of --train"]
    }

    private static func withoutPlace(_ fault: String, _ draft: QuestionDraft) -> String {
        let place = draft.origin + ": "
        return fault.hasPrefix(place) ? String(fault.dropFirst(place.count)) : fault
    }
}

/// How the records of one file become questions: by a layout, or by named and guessed fields.
struct SourceMapping {
    let layout: (any SourceLayout.Type)?
    let mapping: FieldMapping?

    init(_ records: [SourceObject], name: String, _ settings: ImportSettings) throws(QuestionFile.Fault) {
        if let wanted = settings.layout {
            guard let found = SourceLayouts.standard[wanted] else {
                throw QuestionFile.Fault(
                    "there is no layout \"\(wanted)\"",
                    hint: "layouts are \(SourceLayouts.standard.names.joined(separator: ", "))"
                )
            }
            (layout, mapping) = (found, nil)
            return
        }
        if !settings.mapping.isGiven, let found = SourceLayouts.standard.fitting(records) {
            (layout, mapping) = (found, nil)
            return
        }
        var (names, known): ([String], Set<String>) = ([], [])
        for record in records {
            for field in record.names where known.insert(field).inserted { names.append(field) }
        }
        (layout, mapping) = (nil, try settings.mapping.resolved(for: names, file: name))
    }

    func items(of record: SourceObject) -> [SourceItem] {
        let items = layout?.items(of: record) ?? mapping?.items(of: record) ?? []
        return SourceItem.adding(variantsOf: record, to: items)
    }
}
