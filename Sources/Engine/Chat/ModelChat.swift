import Foundation
package import Loop

/// A model's own chat template, with the special tokens that it may write.
package struct ModelChat: ChatRenderer {
    /// Results must not depend on the day: a template that writes one gets this.
    private static let date = [2024, 7, 26, 0, 0, 0]

    /// The model.
    package let place: String
    private let template: String?
    private let names: [(String, JinjaValue)]
    private let tokenizer: any TextTokenizer
    /// Tokens that the files name as the end of a text or turn.
    private let ends: Set<Int32>
    private var thinking = Thinking.off

    /// Finds a model's template; that there is none is said where it is needed.
    ///
    /// - Parameters:
    ///   - source: Where the tokenizer comes from.
    ///   - place: The model, for messages.
    ///   - tokenizer: The tokenizer that was made of it.
    package init(_ source: TokenizerSource, place: String, tokenizer: any TextTokenizer) {
        self.place = place
        self.tokenizer = tokenizer
        switch source {
        case .gguf(let metadata):
            template = metadata.chatTemplate
            // Not those known by their spelling alone: a base model's vocabulary has them, too.
            ends = Set([metadata.eosID, metadata.eotID].compactMap { $0 }.map { Int32(clamping: $0) })
            let ids = [
                ("bos_token", metadata.bosID), ("eos_token", metadata.eosID),
                ("unk_token", metadata.unknownID), ("pad_token", metadata.paddingID),
            ]
            names = ids.compactMap { name, id in
                guard let id, metadata.tokens.indices.contains(id) else { return nil }
                return (name, .string(metadata.tokens[id]))
            }
        case .huggingFace(let files):
            ends = tokenizer.endTokens
            // Files that are not JSON are refused when the tokenizer is made.
            let parsed = [files.tokenizerConfig, files.specialTokensMap].map { bytes in
                bytes.flatMap { try? JSONParser.parse($0) }
            }
            let inConfig = parsed[0]?["chat_template"]
            let named = inConfig?.array?.first { $0["name"]?.string == "default" }?["template"]
            template =
                files.chatTemplate.map { String(decoding: $0, as: UTF8.self) } ?? inConfig?.string
                ?? named?.string
            names = ["bos_token", "eos_token", "unk_token", "pad_token"].compactMap { key in
                let known = parsed.compactMap { $0?[key] }
                    .compactMap { $0.string ?? $0["content"]?.string }
                return known.first.map { (key, .string($0)) }
            }
        }
    }

    /// Reads a model's template without its weights.
    ///
    /// - Parameters:
    ///   - path: A GGUF file or a Hugging Face directory.
    ///   - families: The families that are known.
    /// - Returns: The template.
    /// - Throws: `EngineError` when the model cannot be used.
    package static func read(_ path: String, families: Families = .standard) throws -> ModelChat {
        let source = try ModelTokens.source(path, families)
        return ModelChat(source, place: path, tokenizer: try Tokenizers.make(source))
    }

    /// Whether there is one.
    package var hasTemplate: Bool { template != nil }

    /// The same template, told whether the model thinks before it answers.
    package func thinking(_ thinking: Thinking) -> any ChatRenderer {
        var chat = self
        chat.thinking = thinking
        return chat
    }

    /// Whether the template can be rendered and ends an answer with a token at which the model itself stops:
    /// base models come with templates, too, but end a text, not a turn.
    package var isMadeForChats: Bool {
        let answer: Unicode.Scalar = "\u{E100}"
        let turns = [
            (role: Prompt.Role.user, text: "?"), (role: Prompt.Role.assistant, text: String(answer)),
        ]
        guard template != nil, let text = try? render(turns, opensAnswer: false).unicodeScalars,
            let place = text.lastIndex(of: answer),
            let end = endToken(of: String(text[text.index(after: place)...])),
            let id = tokenizer.tokenID(end)
        else { return false }
        return ends.contains(id)
    }

    /// The text of a conversation, as transformers writes it; without the token that the tokenizer puts
    /// before every text.
    package func render(
        _ turns: [(role: Prompt.Role, text: String)],
        opensAnswer: Bool
    ) throws(LoopError) -> String {
        guard let template else {
            throw LoopError(
                .invalidConfiguration,
                "prompt.format is chat, and model \(place) has no chat template (chat_template in tokenizer_config.json, "
                    + "chat_template.jinja, or tokenizer.chat_template of a GGUF file); use a model that is made for "
                    + "chats, or prompt.format plain"
            )
        }
        let messages = turns.map { turn in
            JinjaValue.map(
                JinjaMap([("role", .string(turn.role.rawValue)), ("content", .string(turn.text))])
            )
        }
        let variables: [(String, JinjaValue)] =
            names + [
                ("messages", .list(JinjaList(items: messages, isTuple: false))),
                ("add_generation_prompt", .bool(opensAnswer)), ("enable_thinking", .bool(thinking == .on)),
                ("tools", .none), ("documents", .none),
            ] + (thinking == .on ? [("thinking", .bool(true))] : [])  // Granite's name for the switch
        do {
            let text = try ChatTemplate(template).render(variables, date: Self.date)
            return withoutBegin(text)
        } catch {
            let roles =
                turns.contains { $0.role == .system } ? ", with prompt.system as the system's turn" : ""
            throw LoopError(
                .invalidConfiguration,
                "prompt.format chat: the chat template of \(place) cannot be rendered\(roles): \(error); "
                    + "change prompt.system or prompt.shots, or use prompt.format plain"
            )
        }
    }

    /// The control token that a text begins with.
    package func endToken(of text: String) -> String? {
        guard let first = tokenizer.encode(PromptText(format: text), addsSpecialTokens: false).first,
            tokenizer.isControl(first) || tokenizer.endTokens.contains(first)
        else { return nil }
        let name = tokenizer.decode([first], skipsControl: false)
        return tokenizer.tokenID(name) == first ? name : nil
    }

    /// Encoding puts the begin token before every text: one that the template wrote, too, would make two.
    private func withoutBegin(_ text: String) -> String {
        guard tokenizer.addsBOS, let first = tokenizer.encode("").first else { return text }
        let begin = tokenizer.decode([first], skipsControl: false).unicodeScalars
        guard !begin.isEmpty, text.unicodeScalars.starts(with: begin) else { return text }
        return String(text.unicodeScalars.dropFirst(begin.count))
    }
}
