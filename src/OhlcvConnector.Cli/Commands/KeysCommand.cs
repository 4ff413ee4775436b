using System.CommandLine;
using System.Text;
using OhlcvConnector.Cli.Output;
using OhlcvConnector.Server.Keys;
using OhlcvConnector.Configuration;

namespace OhlcvConnector.Cli.Commands;

/// <summary><c>connector-cli keys</c>: the server's API keys. A running server sees a change at once.</summary>
internal static class KeysCommand
{
    private const int MaxNameLength = 64;

    /// <summary>The command.</summary>
    public static Command Create(CliTerminal terminal)
    {
        var file = new Option<string?>("--file", "-f") { Description = "The file of keys. Default: CONNECTOR_WSS_KEYS.", HelpName = "FILE", Recursive = true };
        var name = new Argument<string>("name") { Description = "Whose key it is." };
        var add = new Command("add", "Makes a key, and shows it this once.") { name };
        add.SetAction(parsed =>
        {
            var owner = parsed.GetRequiredValue(name);
            if (owner.Length > MaxNameLength)
            {
                throw new UsageException($"The name has {owner.Length} characters; it may have {MaxNameLength}.");
            }

            var (key, stored) = Open(terminal, parsed.GetValue(file)).Add(owner);
            terminal.Error.WriteLine($"Key {stored.Id} for {stored.Name}. It is shown this once; only its hash is kept:");
            return Write(terminal, key);
        });
        var list = new Command("list", "Lists the keys: id, state, when made, whose.");
        list.SetAction(parsed => Write(terminal, [.. Open(terminal, parsed.GetValue(file)).List().Select(Line)]));
        var id = new Argument<string>("id") { Description = "The key's id, as 'list' shows it." };
        var revoke = new Command("revoke", "Revokes a key. Clients that are connected with it are closed within seconds.") { id };
        revoke.SetAction(parsed => Open(terminal, parsed.GetValue(file)).Revoke(parsed.GetRequiredValue(id))
            ? Write(terminal, $"{parsed.GetRequiredValue(id)} revoked")
            : throw new UsageException($"There is no valid key '{parsed.GetRequiredValue(id)}'. 'keys list' shows what there is."));
        return new Command("keys", "Makes, lists and revokes the API keys of the server.\n\n  connector-cli keys add alice --file keys.jsonl\n  connector-cli keys list --file keys.jsonl") { add, list, revoke, file };
    }

    private static KeyFile Open(CliTerminal terminal, string? option) =>
        (
            option
                ?? EnvironmentSettings.Load(terminal.Variable, terminal.SettingsFolders)
                .Text(ServerSettings.Table[nameof(ServerOptions.KeysPath)].Variable!)) is { } path
            ? new KeyFile(path, terminal.Clock)
            : throw new UsageException("Say where the keys are: --file keys.jsonl, or CONNECTOR_WSS_KEYS.");

    private static string Line(ApiKey key) =>
        FormattableString.Invariant($"{key.Id}  {(key.RevokedAt is null ? "valid  " : "revoked")}  {key.CreatedAt.UtcDateTime:yyyy-MM-dd HH:mm}  {key.Name}");

    private static int Write(CliTerminal terminal, params IReadOnlyList<string> lines)
    {
        var output = new OutputBuffer(terminal.Output);
        foreach (var line in lines)
        {
            Encoding.UTF8.GetBytes(line, output.Writer);
            output.EndLine();
        }

        output.Flush();
        return ExitCode.Done;
    }
}
