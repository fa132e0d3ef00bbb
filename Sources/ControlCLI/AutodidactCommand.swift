import ArgumentParser
import ControlAPI

/// The root of the command line; without a verb it is `status`.
struct AutodidactCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "autodidact",
        abstract:
            "Watch and control autodidactd, the daemon that teaches a language model from its own answers.",
        discussion: """
            Examples:
              autodidact                     what the daemon is doing now
              autodidact watch               follow it; Ctrl-C ends
              autodidact rounds              one line per round
              autodidact candidates latest --verdict dropped
              autodidact compare base promoted
              autodidact ask "What is 3 + 7 + 9?"
            """,
        version: ControlVersion.program,
        groupedSubcommands: [
            CommandGroup(
                name: "Look",
                subcommands: [
                    StatusCommand.self, WatchCommand.self, RoundsCommand.self, InspectCommand.self,
                    CandidatesCommand.self, ExplainCommand.self, CheckpointsCommand.self,
                    CompareCommand.self, AskCommand.self, PreflightCommand.self,
                    ReportCommand.self, VerifyCommand.self, LogsCommand.self,
                ]
            ),
            CommandGroup(
                name: "Control",
                subcommands: [
                    PauseCommand.self, ResumeCommand.self, RollbackCommand.self, AddCommand.self,
                    RetireCommand.self,
                    ExportCommand.self, PinCommand.self, UnpinCommand.self, PruneCommand.self,
                ]
            ),
            CommandGroup(
                name: "Set up",
                subcommands: [
                    InitCommand.self, ImportCommand.self, DoctorCommand.self, ConfigCommand.self,
                    ModelsCommand.self,
                    VersionCommand.self,
                ]
            ),
        ],
        defaultSubcommand: StatusCommand.self
    )
}
