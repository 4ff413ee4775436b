using System.Net;
using System.Text.Json;
using OhlcvConnector.Application.Keys;
using OhlcvConnector.ArchiveTests;
using OhlcvConnector.Server.Keys;
using OhlcvConnector.ServerTests;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.PricesTests;

public class KeyStoreTests
{
    public static TheoryData<string> Stores => ["keys.jsonl", "sqlite:keys.db"];

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Keys_are_made_listed_disabled_enabled_rotated_and_revoked(string kind)
    {
        using var folder = new TestFolder();
        var (terminal, at) = (new Terminal(folder), In(folder, kind));

        (await terminal.RunAsync($"keys list --file {at}")).ShouldBe((0, "", ""));
        var (_, made, said) = await terminal.RunAsync($"keys add alice --limit 7 --file {at}");
        var key = made.Trim();

        key.ShouldStartWith("ohlcv_");
        said.ShouldContain("for alice. It is shown this once");
        var id = said.Split(' ')[1];
        var listed = await JsonAsync(terminal, at);

        (listed.Text("id"), listed.Text("name"), listed.Text("state"), listed.GetProperty("requestsPerMinute").GetInt32()).ShouldBe((id, "alice", "valid", 7));
        (await WholeAsync(folder.Path)).ShouldNotContain(key);

        var store = KeyStores.Open(at, TimeProvider.System);

        (await Validity(store, key)).ShouldBeTrue();
        (await terminal.RunAsync($"keys disable {id} --file {at}")).Output.ShouldBe($"{id} disabled\n");
        (await Validity(store, key)).ShouldBeFalse();
        (await terminal.RunAsync($"keys enable {id} --file {at}")).Output.ShouldBe($"{id} enabled\n");
        (await Validity(store, key)).ShouldBeTrue();
        var rotated = (await terminal.RunAsync($"keys rotate {id} --file {at}")).Output.Trim();

        (await Validity(store, key), await Validity(store, rotated)).ShouldBe((false, true));
        (await terminal.RunAsync($"keys revoke {id} --file {at}")).Output.ShouldBe($"{id} revoked\n");
        (await Validity(store, rotated)).ShouldBeFalse();
        var (code, _, error) = await terminal.RunAsync($"keys enable {id} --file {at}");

        (code, error).ShouldBe((2, $"error: There is no valid key '{id}'. 'keys list' shows what there is.\n"));
        (await JsonAsync(terminal, at)).Text("state").ShouldBe("revoked");
    }

    /// <summary>All that is in the files of a folder, of one moment: SQLite takes its log into the file when it closes a connection that nobody uses.</summary>
    private static async Task<string> WholeAsync(string folder)
    {
        while (true)
        {
            try
            {
                return string.Concat(await Task.WhenAll(Directory.GetFiles(folder).Select(file => File.ReadAllTextAsync(file))));
            }
            catch (FileNotFoundException)
            {
                // from the beginning: what was in it is in another one now, which was read before perhaps
            }
        }
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_limit_holds_over_a_restart_and_for_two_servers_and_last_use_is_written(string kind)
    {
        using var folder = new TestFolder();
        var at = In(folder, kind);
        var clock = new ManualTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 10, TimeSpan.Zero));
        var (key, stored) = KeySecret.New("app", clock.GetUtcNow());
        await KeyStores.Open(at, clock).PutAsync(stored with { RequestsPerMinute = 20 });
        var within = 0;
        for (var server = 0; server < 3; server++)
        {
            await using var stage = await ServerStage.SetAsync(configure: options => (options.KeysPath, options.TimeProvider) = (at, clock));
            for (var i = 0; i < (server == 0 ? 5 : 25); i++)
            {
                using var answer = await stage.Http.GetAsync(new Uri(stage.Server.HealthAddress!, $"/prices/@?api_key={key}"));
                within += answer.StatusCode == HttpStatusCode.NotFound ? 1 : 0;
            }
        }

        within.ShouldBeInRange(18, 20, "a restart loses what was left of a tenth, and never gives more");
        (await KeyStores.Open(at, clock).ReadAsync()).Keys!.Single().LastUsedAt.ShouldNotBeNull();
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_key_has_a_role_that_stays_when_it_is_changed_and_is_read_when_nothing_says_so(string kind)
    {
        using var folder = new TestFolder();
        var (terminal, at) = (new Terminal(folder), In(folder, kind));
        var id = (await terminal.RunAsync($"keys add bot --role trade --file {at}")).Error.Split(' ')[1];
        await terminal.RunAsync($"keys add reader --file {at}");
        await terminal.RunAsync($"keys rotate {id} --file {at}");
        await terminal.RunAsync($"keys disable {id} --file {at}");
        var store = KeyStores.Open(at, TimeProvider.System);

        (await store.ReadAsync()).Keys!.ToDictionary(key => key.Name, key => key.Role)
            .ShouldBe(new Dictionary<string, KeyRole> { ["bot"] = KeyRole.Trade, ["reader"] = KeyRole.Read }, ignoreOrder: true);
        (await terminal.RunAsync($"keys list --file {at}")).Output.ShouldContain("disabled  trade");
        var (code, _, error) = await terminal.RunAsync($"keys add x --role root --file {at}");

        code.ShouldBe(2);
        error.ShouldStartWith("error: --role is 'root'; it must be read, trade or admin.\n");
    }

    [Fact]
    public async Task Keys_that_are_older_than_roles_may_read()
    {
        using var folder = new TestFolder();
        var (file, table) = (Path.Combine(folder.Path, "keys.jsonl"), Path.Combine(folder.Path, "keys.db"));
        var (_, stored) = KeySecret.New("old", TimeProvider.System.GetUtcNow());
        await File.WriteAllTextAsync(file, $$"""{"id":"{{stored.Id}}","name":"old","sha256":"{{stored.Hash}}","created":"2026-01-01T00:00:00Z"}""" + "\n");
        await KeyStores.Open($"sqlite:{table}", TimeProvider.System).PutAsync(stored with { Role = KeyRole.Admin });
        using (var database = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={table};Pooling=False"))
        {
            database.Open();
            using var drop = database.CreateCommand();
            drop.CommandText = "ALTER TABLE api_key DROP COLUMN role";
            drop.ExecuteNonQuery();
        }

        foreach (var at in new[] { file, $"sqlite:{table}" })
        {
            var store = KeyStores.Open(at, TimeProvider.System);
            (await store.ReadAsync()).Keys!.Single().Role.ShouldBe(KeyRole.Read);
            await store.PutAsync(stored with { Role = KeyRole.Trade });
            (await store.ReadAsync()).Keys!.Single().Role.ShouldBe(KeyRole.Trade);
        }

        await File.AppendAllTextAsync(file, $$"""{"id":"x","name":"x","sha256":"{{stored.Hash}}","created":"2026-01-01T00:00:00Z","role":"root"}""" + "\n");

        Should.Throw<InvalidDataException>(() => new KeyFile(file, TimeProvider.System).List()).Message.ShouldContain("There is no role 'root'");
    }

    [Theory]
    [InlineData("'; DROP TABLE api_key; --")]
    [InlineData("APIKEY#1")]
    [InlineData("{\"id\":\"x\"}")]
    [InlineData("ключ \U0001F511")]
    public async Task Names_and_keys_are_never_read_as_anything_else(string name)
    {
        using var folder = new TestFolder();
        foreach (var kind in new[] { "keys.jsonl", "sqlite:keys.db" })
        {
            var store = KeyStores.Open(In(folder, kind), TimeProvider.System);
            var (key, stored) = KeySecret.New(name, TimeProvider.System.GetUtcNow());
            await store.PutAsync(stored);
            (await store.ReadAsync()).Keys!.Single().Name.ShouldBe(name);
            (await Validity(store, key), await Validity(store, name)).ShouldBe((true, false));
            (await store.ReserveAsync(name, 1, 3)).ShouldBe(3);
            (await store.ReserveAsync(stored.Id, 1, 3)).ShouldBe(3);
            (await store.ReserveAsync(stored.Id, 2, 3)).ShouldBe(3, "another minute");
        }
    }

    private static string In(TestFolder folder, string kind) =>
        kind.Split(':') is [var scheme, var file] ? $"{scheme}:{Path.Combine(folder.Path, file)}" : Path.Combine(folder.Path, kind);

    private static async Task<bool> Validity(IKeyStore store, string key) =>
        (await store.ReadAsync()).Keys!.Any(stored => stored.Hash == KeySecret.HashOf(key) && stored.IsValid);

    private static async Task<JsonElement> JsonAsync(Terminal terminal, string at) =>
        JsonDocument.Parse((await terminal.RunAsync($"keys list --output json --file {at}")).Output).RootElement;
}
