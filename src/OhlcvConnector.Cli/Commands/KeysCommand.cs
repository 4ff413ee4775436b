using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using OhlcvConnector.Application.Keys;
using OhlcvConnector.Cli.Output;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Configuration;
using OhlcvConnector.Server.Keys;

namespace OhlcvConnector.Cli.Commands;

/// <summary><c>connector-cli keys</c>: the server's API keys. A running server sees a change at once.</summary>
internal static class KeysCommand
{
    private const int MaxNameLength = 64;
    private const int MaxPerMinute = 1_000_000;

    /// <summary>The command.</summary>
    public static Command Create(CliTerminal terminal)
    {
        var file = new Option<string?>("--file", "-f")
        {
            Description = "Where the keys are: a file, sqlite:FILE or dynamodb:TABLE. Default: CONNECTOR_WSS_KEYS.",
            HelpName = "FILE",
            Recursive = true,
        };
        return new Command("keys", "Makes, lists, changes and revokes the API keys of the server.\n\n  connector-cli keys add alice --file keys.jsonl\n  connector-cli keys list --file keys.jsonl\n  connector-cli keys rotate 1a2b3c4d --file sqlite:keys.db")
        {
            Add(terminal, file),
            List(terminal, file),
            Change(terminal, file, "disable", "Disables a key until it is enabled again. Clients that are connected with it are closed within seconds.", "disabled",
                key => key with { IsEnabled = false }),
            Change(terminal, file, "enable", "Enables a key that is disabled.", "enabled", key => key with { IsEnabled = true }),
            Change(terminal, file, "revoke", "Revokes a key for good. Clients that are connected with it are closed within seconds.", "revoked",
                key => key with { RevokedAt = terminal.Clock.GetUtcNow() }),
            Rotate(terminal, file),
            file,
        };
    }

    private static Command Add(CliTerminal terminal, Option<string?> file)
    {
        var name = new Argument<string>("name") { Description = "Whose key it is." };
        var limit = new Option<int?>("--limit")
        {
            Description = "Requests a minute for prices with this key; 0 for any number. Default: the server's PriceRequestsPerMinute.",
            HelpName = "number",
        };
        var role = ChoiceOption.Create("--role", "What the key allows: to read, also to trade on paper and change rules, or all.", KeyRoleNames.All);
        var add = new Command("add", "Makes a key, and shows it this once.") { name, limit, role };
        add.SetAction(async (parsed, cancellationToken) =>
        {
            var owner = parsed.GetRequiredValue(name);
            if (owner.Length > MaxNameLength || owner.Any(char.IsControl))
            {
                throw new UsageException($"The name has {owner.Length} characters; it may have {MaxNameLength}, none of which is a control character.");
            }

            if (parsed.GetValue(limit) is < 0 or > MaxPerMinute)
            {
                throw new UsageException($"--limit is {parsed.GetValue(limit)}; it must be a whole number from 0 to {MaxPerMinute}.");
            }

            var (key, stored) = KeySecret.New(owner, terminal.Clock.GetUtcNow());
            var store = Open(terminal, parsed.GetValue(file));
            var added = stored with { RequestsPerMinute = parsed.GetValue(limit), Role = KeyRoleNames.Read(parsed.GetRequiredValue(role)) };
            await store.PutAsync(added, cancellationToken).ConfigureAwait(false);
            return Show(terminal, key, added);
        });
        return add;
    }

    private static Command List(CliTerminal terminal, Option<string?> file)
    {
        var output = CommonOptions.Output(CommonOptions.Text, CommonOptions.Json);
        var list = new Command("list", "Lists the keys: id, state, role, when made, when last used, limit a minute, whose.") { output };
        list.SetAction(async (parsed, cancellationToken) =>
        {
            var keys = await ReadAsync(Open(terminal, parsed.GetValue(file)), cancellationToken).ConfigureAwait(false);
            var isJson = parsed.GetRequiredValue(output) == CommonOptions.Json;
            return Write(terminal, [.. keys.Select(key => isJson ? JsonOf(key) : Line(key))]);
        });
        return list;
    }

    private static Command Change(
        CliTerminal terminal, Option<string?> file, string name, string description, string done, Func<ApiKey, ApiKey> change)
    {
        var id = new Argument<string>("id") { Description = "The key's id, as 'list' shows it." };
        var command = new Command(name, description) { id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var store = Open(terminal, parsed.GetValue(file));
            var key = await FindAsync(store, parsed.GetRequiredValue(id), cancellationToken).ConfigureAwait(false);
            await store.PutAsync(change(key), cancellationToken).ConfigureAwait(false);
            return Write(terminal, $"{key.Id} {done}");
        });
        return command;
    }

    private static Command Rotate(CliTerminal terminal, Option<string?> file)
    {
        var id = new Argument<string>("id") { Description = "The key's id, as 'list' shows it." };
        var rotate = new Command("rotate", "Makes another key with the same id, and shows it this once. The one before is not valid any more.") { id };
        rotate.SetAction(async (parsed, cancellationToken) =>
        {
            var store = Open(terminal, parsed.GetValue(file));
            var (key, stored) = KeySecret.Rotate(await FindAsync(store, parsed.GetRequiredValue(id), cancellationToken).ConfigureAwait(false));
            await store.PutAsync(stored, cancellationToken).ConfigureAwait(false);
            return Show(terminal, key, stored);
        });
        return rotate;
    }

    private static IKeyStore Open(CliTerminal terminal, string? option) =>
        (
            option
                ?? EnvironmentSettings.Load(terminal.Variable, terminal.SettingsFolders)
                .Text(ServerSettings.Table[nameof(ServerOptions.KeysPath)].Variable!)) is { } path
            ? KeyStores.Open(path, terminal.Clock)
            : throw new UsageException("Say where the keys are: --file keys.jsonl, or CONNECTOR_WSS_KEYS.");

    private static async Task<IReadOnlyList<ApiKey>> ReadAsync(IKeyStore store, CancellationToken cancellationToken)
    {
        try
        {
            return (await store.ReadAsync(stamp: null, cancellationToken).ConfigureAwait(false)).Keys!;
        }
        catch (FileNotFoundException)
        {
            return []; // no key was made yet
        }
    }

    /// <summary>A key that is not revoked.</summary>
    private static async Task<ApiKey> FindAsync(IKeyStore store, string id, CancellationToken cancellationToken) =>
        (await ReadAsync(store, cancellationToken).ConfigureAwait(false)).FirstOrDefault(key => key.Id == id && key.RevokedAt is null)
            ?? throw new UsageException($"There is no valid key '{id}'. 'keys list' shows what there is.");

    private static string StateOf(ApiKey key) => key.RevokedAt is not null ? "revoked" : key.IsEnabled ? "valid" : "disabled";

    private static string Line(ApiKey key)
    {
        var used = key.LastUsedAt is { } time ? time.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) : "never used";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{key.Id}  {StateOf(key),-8}  {key.Role.Name(),-5}  {key.CreatedAt.UtcDateTime:yyyy-MM-dd HH:mm}  {used,-16}  {key.RequestsPerMinute?.ToString(CultureInfo.InvariantCulture) ?? "-",7}  {key.Name}");
    }

    private static string JsonOf(ApiKey key)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("id", key.Id);
            json.WriteString("name", key.Name);
            json.WriteString("state", StateOf(key));
            json.WriteString("role", key.Role.Name());
            json.WriteBoolean("enabled", key.IsValid);
            json.WriteString("created", QuoteFields.Time(key.CreatedAt));
            json.WriteString("lastUsed", key.LastUsedAt is { } used ? QuoteFields.Time(used) : null);
            json.WriteString("revoked", key.RevokedAt is { } revoked ? QuoteFields.Time(revoked) : null);
            if (key.RequestsPerMinute is { } limit)
            {
                json.WriteNumber("requestsPerMinute", limit);
            }
            else
            {
                json.WriteNull("requestsPerMinute");
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static int Show(CliTerminal terminal, string key, ApiKey stored)
    {
        terminal.Error.WriteLine($"Key {stored.Id} for {stored.Name}. It is shown this once; only its hash is kept:");
        return Write(terminal, key);
    }

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
