import Foundation

/// A text of a question; identical texts are scored and trained once.
///
/// Compared byte by byte, because Swift's own equality would merge texts that differ in Unicode normalisation
/// and so in tokens.
struct TextKey: Hashable {
    /// The question.
    let question: QuestionID
    /// The text.
    let text: String
    /// The number of the view that the question is read under before the text.
    var view = 0

    /// Equal when every byte is.
    static func == (one: TextKey, other: TextKey) -> Bool {
        guard one.question == other.question, one.view == other.view,
            one.text.utf8.count == other.text.utf8.count
        else { return false }
        let isSame = one.text.utf8.withContiguousStorageIfAvailable { mine in
            other.text.utf8.withContiguousStorageIfAvailable { theirs in
                guard let one = mine.baseAddress, let other = theirs.baseAddress else { return mine.isEmpty }
                return memcmp(one, other, mine.count) == 0
            }
        }
        return isSame.flatMap { $0 } ?? one.text.utf8.elementsEqual(other.text.utf8)
    }

    /// Hashes both ends alone: texts of one question and one length seldom share both, and few are compared.
    func hash(into hasher: inout Hasher) {
        hasher.combine(question)
        hasher.combine(text.utf8.count)
        text.utf8.withContiguousStorageIfAvailable { bytes in
            hasher.combine(bytes: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes).prefix(32)))
            hasher.combine(bytes: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes).suffix(32)))
        }
    }
}
