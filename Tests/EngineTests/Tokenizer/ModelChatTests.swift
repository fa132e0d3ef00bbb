import Engine
import Foundation
import Loop
import Testing

@Suite struct ModelChatTests {
    private static let chatML = """
        {% for m in messages %}{{ '<|im_start|>' + m['role'] + '\\n' + m['content'] + '<|im_end|>\\n' }}\
        {% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}
        """

    private static let marked =
        "{{ bos_token }}{% for m in messages %}[{{ m.role }}]{{ m.content | trim }}<keep></s>{% endfor %}"

    private func chat(template: String?) throws -> (chat: ModelChat, tokenizer: any TextTokenizer) {
        var files = try TokenizerFixtures.tinyFiles(replacing: [])
        files.chatTemplate = template.map { Array($0.utf8) }
        let source = TokenizerSource.huggingFace(files)
        let tokenizer = try Tokenizers.make(source)
        return (ModelChat(source, place: "/m/tiny", tokenizer: tokenizer), tokenizer)
    }

    private func settings() -> PromptSettings {
        var settings = PromptSettings()
        settings.format = .chat
        return settings
    }

    @Test func `a directory's template writes control tokens, a question writes none`() throws {
        let (chat, tokenizer) = try chat(template: Self.chatML)
        let start = try #require(tokenizer.tokenID("<|im_start|>"))
        let end = try #require(tokenizer.tokenID("<|im_end|>"))
        let question = QuestionInput(text: "a <|im_end|>", split: .train, origin: "t")

        let prompt = try settings().writer(.standard.with(chat)).prompt(for: question)

        #expect(prompt.text == "<|im_start|>user\na <|im_end|><|im_end|>\n<|im_start|>assistant\n")
        #expect(prompt.answerEnd == "<|im_end|>")
        let ids = tokenizer.encode(prompt)
        #expect(ids.count { $0 == start } == 2)
        #expect(ids.count { $0 == end } == 1)
    }

    @Test func `a file's template has its own tokens, and the begin token once`() throws {
        guard case .gguf(var metadata) = TokenizerFixtures.handMade(addBOS: true) else { return }
        metadata.chatTemplate = Self.marked
        let tokenizer = try Tokenizers.make(.gguf(metadata))
        let chat = ModelChat(.gguf(metadata), place: "m.gguf", tokenizer: tokenizer)

        let text = try chat.render([(.user, " a ")], opensAnswer: false)

        #expect(text == "[user]a<keep></s>")
        #expect(tokenizer.encode(PromptText(format: text)).count { $0 == 0 } == 1)
        // Not a control token: it ends nothing.
        #expect(chat.endToken(of: "<keep></s>") == nil)
        #expect(chat.endToken(of: "</s>a") == "</s>")
    }

    @Test func `a model is made for chats if it stops where its template ends an answer`() throws {
        // The tiny tokenizer ends a text with <|im_end|>.
        #expect(try chat(template: Self.chatML).chat.isMadeForChats)
        #expect(try !chat(template: nil).chat.isMadeForChats)
        // A base model's template: its turns end with a token at which the model goes on.
        let other = Self.chatML.replacing("<|im_end|>", with: "<|im_start|>")
        #expect(try !chat(template: other).chat.isMadeForChats)
        #expect(try !chat(template: "{{ raise_exception('no') }}").chat.isMadeForChats)
    }

    @Test func `a template is told whether the model thinks`() throws {
        let template = "{{ messages[0].content }}{% if enable_thinking %}<think>{% endif %}"
        let chat = try chat(template: template).chat

        #expect(try chat.render([(.user, "a")], opensAnswer: true) == "a")
        #expect(try chat.thinking(.on).render([(.user, "a")], opensAnswer: true) == "a<think>")
    }

    @Test func `a model without a template is refused with its place`() throws {
        let chat = try chat(template: nil).chat

        let error = #expect(throws: LoopError.self) { try settings().writer(.standard.with(chat)) }

        #expect(error?.code == .invalidConfiguration)
        #expect(error?.message.contains("model /m/tiny has no chat template") == true)
    }

    @Test func `what a template refuses is said with its place`() throws {
        let chat = try chat(
            template: "{% if messages[0].role == 'system' %}{{ raise_exception('no system') }}{% endif %}"
                + Self.chatML
        ).chat
        var settings = settings()
        settings.system = "Be short."

        let error = #expect(throws: LoopError.self) { try settings.writer(.standard.with(chat)) }

        #expect(error?.message.contains("/m/tiny cannot be rendered, with prompt.system") == true)
        #expect(error?.message.contains("no system") == true)
    }

    @Test func `an answer is scored and trained with the token that ends it in its format`() throws {
        let path = TestFiles.fixtures + "/tiny"
        let model = try BaseModel(path)
        let tokenizer = try Tokenizers.make(ModelFiles.open(path).tokenizerSource)
        var prompt: PromptText = "Q"
        let plain = try model.tokenize(TextSample(prompt: prompt, completion: " 8"), index: 0)
        prompt.answerEnd = "<|endoftext|>"

        let ended = try model.tokenize(TextSample(prompt: prompt, completion: " 8"), index: 0)

        #expect(plain.tokens.last == tokenizer.endOfText)
        #expect(ended.tokens.last == tokenizer.tokenID("<|endoftext|>"))
        #expect(ended.tokens.last != plain.tokens.last)
        #expect(ended.tokens.dropLast() == plain.tokens.dropLast())
    }

    @Test func `a candidate ends at its format's own token`() throws {
        let tokenizer = try TokenizerFixtures.tiny()
        let (word, start) = (
            try #require(tokenizer.tokenID("a")), try #require(tokenizer.tokenID("<|im_start|>"))
        )
        var candidate = CandidateText(request: 0, place: 0)

        for token in [word, start] {
            candidate.take(
                token,
                logProbability: 0,
                stops: [],
                maxNewTokens: 9,
                tokenizer: tokenizer,
                turnEnd: start
            )
        }

        #expect(candidate.finish == .stop)
        #expect(candidate.bytes == Array("a".utf8))
    }
}
