package import Loop

/// The journal's MESSAGE_ID of each kind of event.
///
/// Fixed once and never used for anything else.
package enum MessageID {
    /// 32 lower-case hexadecimal digits.
    package static func of(_ kind: EventKind) -> String {
        switch kind {
        case .started: "39a777bc4b064a8e8eb5238a9d7b17e8"
        case .stopping: "2590f36af4294d47ab7bce430f88c49d"
        case .roundStarted: "3bd236fe641e4f63b27d07976f177132"
        case .phaseFinished: "8285019334c64565851d0e941bcfbe0a"
        case .roundPromoted: "cdd00c4fd02b49b28964b8bfa3534b50"
        case .roundRejected: "8742a458229445bba133fdea4985cbcf"
        case .roundEnded: "a6f776f81012412f9eeda0d0b72424d6"
        case .phaseFailed: "110dd368816345a78b83c214e3911a0c"
        case .rolledBack: "f268bd12b7f146ee92713e0432a6901d"
        case .paused: "835e00e4cfbf41c086dfd027f74385c5"
        case .resumed: "c384e4abd29d4179a52161c5364a7871"
        case .plateau: "938b624fc3e64c5ea0048be104ed0d24"
        case .completed: "f62b713dbff74e59baf0c249dc5d5312"
        case .escalated: "0d6b1e7f52a94c8b8f3a6c19e7d40b25"
        case .questionsAdded: "aa282ec8961048bb8cd11fdc53f6256e"
        case .questionsRetired: "7d1c0f5b9e6a4c57a3b2d48e61f0957c"
        case .questionsCorrected: "e5a94b2178d34f06b1c7f39d02a6845e"
        case .warning: "989b052484ee467e860f8c5a2f68c848"
        case .checkpointCorrupt: "ac0d8a65d1f445c38ec700d6147771ab"
        case .pruned: "f6fadfa7e5c14b629362da5cc13da58a"
        case .pinned: "2c63888f28f04481be6ddce7a7ace732"
        case .storageTrouble: "8a119b9e16bc47328f7b7676d015b0dc"
        case .storageRecovered: "bc67ba94637d4efaa09e467ada679f81"
        case .stalled: "fab36728a78b4b7e8787c0de2f960063"
        case .quarantined: "a712755f6cac44d599d5269512e74f7b"
        case .contenderChosen: "4b7e02c9d1f3468a95ce7a60b81f2d34"
        case .collapsed: "ac8efe121c5949f1ba2dde83458bfed0"
        case .reloaded: "8320dc8830c54309a865b97c6ff96c24"
        case .reloadRefused: "606cecac4149437a862a212cf9e90e65"
        case .scheduled: "344385bc1d2b48f7baca27e80a7cbebd"
        }
    }
}
