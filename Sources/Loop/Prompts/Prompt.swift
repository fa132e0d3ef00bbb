/// What is asked, before any format has put it into words: messages, and how the answer starts.
public struct Prompt: Hashable, Sendable {
    /// Who speaks.
    public enum Role: String, Hashable, Sendable, CaseIterable {
        /// Instructions to the model.
        case system
        /// The one who asks.
        case user
        /// The model.
        case assistant
    }

    /// One turn of a conversation.
    public struct Message: Hashable, Sendable {
        /// Who speaks.
        public var role: Role
        /// What is said, without any mark of its role.
        public var text: PromptText

        /// Builds a message.
        public init(_ role: Role, _ text: PromptText) {
            self.role = role
            self.text = text
        }
    }

    /// The turns, the question last.
    public var messages: [Message]
    /// Words that the answer begins with; usually none.
    public var answerStart: PromptText

    /// Builds a prompt.
    public init(_ messages: [Message], answerStart: PromptText = "") {
        self.messages = messages
        self.answerStart = answerStart
    }

    /// A question alone.
    ///
    /// Options follow the question's text on the same line as `(A) first (B) second`, so that worked examples
    /// stay one line per question. All of it is content.
    public init(_ question: QuestionInput) {
        let options = question.choices.indices.map { index in
            " (\(ChoiceReader.letter(of: index) ?? "?")) \(question.choices[index])"
        }
        self.init([Message(.user, PromptText(content: question.text + options.joined()))])
    }
}
