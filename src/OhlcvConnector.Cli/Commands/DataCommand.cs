using System.CommandLine;
using OhlcvConnector.Archive.Sqlite;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Cli.Commands;

/// <summary><c>connector-cli data</c>: backs up, restores and checks what the data folder holds, also while programs use it.</summary>
internal static class DataCommand
{
    private const string Pattern = "*.db";

    private const string Description = """
        Backs up, restores and checks the data folder.

          connector-cli data backup /mnt/backup/2026-11-26

          connector-cli data restore /mnt/backup/2026-11-26

          connector-cli data check
        """;

    /// <summary>The command.</summary>
    public static Command Create(CliTerminal terminal) => new("data", Description) { Backup(terminal), Restore(terminal), Check(terminal) };

    private static Command Backup(CliTerminal terminal)
    {
        var (data, target) = (DataFolder.OptionOf(), new Argument<DirectoryInfo>("directory") { Description = "Where the copies go." });
        var command = new Command("backup",
            "Copies each archive as it is at one moment, while programs read and write it. A copy that is there is replaced when the new one is whole.") { target, data };
        command.SetAction(async (parsed, _) =>
        {
            foreach (var file in Files(terminal, parsed.GetValue(data)))
            {
                await using var archive = SqliteCandleArchive.Open(file, mustExist: true);
                var copy = Path.Combine(parsed.GetRequiredValue(target).FullName, Path.GetFileName(file));
                archive.CopyTo(copy);
                terminal.Error.WriteLine(FormattableString.Invariant($"{file}: {new FileInfo(copy).Length / 1e6:0.0} MB copied to {copy}"));
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static Command Restore(CliTerminal terminal)
    {
        var (data, source) = (DataFolder.OptionOf(), new Argument<DirectoryInfo>("directory") { Description = "Where the copies are." });
        var force = new Option<bool>("--force") { Description = "Replace what is there." };
        var command = new Command("restore",
            "Puts copies back, each checked first. No program may use the folder meanwhile; what is there is replaced with --force alone.") { source, data,
            force };
        command.SetAction(async (parsed, _) =>
        {
            var folder = DataFolder.Find(terminal, parsed.GetValue(data));
            foreach (var copy in Copies(parsed.GetRequiredValue(source).FullName))
            {
                var target = Path.Combine(folder, Path.GetFileName(copy));
                if (File.Exists(target) && !parsed.GetValue(force))
                {
                    throw new UsageException($"{target} is there already. --force replaces it.");
                }

                await using var archive = SqliteCandleArchive.Open(copy, mustExist: true);
                if (archive.Examine() is { Count: > 0 } damage)
                {
                    throw new ArchiveException(ArchiveTrouble.Damaged, $"{copy} is damaged, and nothing was replaced: {damage[0]}");
                }

                foreach (var beside in (string[])[target + "-wal", target + "-shm"])
                {
                    File.Delete(beside); // they belong to the file that goes
                }

                archive.CopyTo(target);
                terminal.Error.WriteLine($"{target} is that of {copy}.");
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static Command Check(CliTerminal terminal)
    {
        var data = DataFolder.OptionOf();
        var command = new Command("check", "Looks for damage in each archive, while programs use it. 1: there is some.") { data };
        command.SetAction(async (parsed, _) =>
        {
            var code = ExitCode.Done;
            foreach (var file in Files(terminal, parsed.GetValue(data)))
            {
                IReadOnlyList<string> damage;
                try
                {
                    await using var archive = SqliteCandleArchive.Open(file, mustExist: true);
                    damage = archive.Examine();
                }
                catch (ArchiveException exception)
                {
                    damage = [exception.Message];
                }

                terminal.Error.WriteLine(damage.Count == 0 ? $"{file}: well" : $"{file}: {string.Join("; ", damage)}");
                code = damage.Count == 0 ? code : ExitCode.Failed;
            }

            return code;
        });
        return command;
    }

    private static string[] Files(CliTerminal terminal, string? option) => Copies(DataFolder.Find(terminal, option));

    private static string[] Copies(string folder) => Directory.Exists(folder) && Directory.GetFiles(folder, Pattern) is { Length: > 0 } files
        ? [.. files.Order(StringComparer.Ordinal)]
        : throw new UsageException($"There is nothing in {folder}: no file {Pattern}.");
}
