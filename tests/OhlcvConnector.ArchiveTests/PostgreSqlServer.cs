using System.Collections.Concurrent;
using System.Diagnostics;
using Npgsql;
using OhlcvConnector.Testing;

[assembly: AssemblyFixture(typeof(OhlcvConnector.ArchiveTests.PostgreSqlEnd))]

namespace OhlcvConnector.ArchiveTests;

/// <summary>PostgreSQL itself, as the system has it installed, on a free port of this machine; started when a test first asks, ended with the tests.</summary>
internal sealed class PostgreSqlServer
{
    private const string Password = "p@ss/word:1"; // as nobody may have to write it without thinking

    private static readonly Lazy<Task<PostgreSqlServer>> Started = new(StartAsync);
    private static readonly ConcurrentBag<PostgreSqlServer> Running = [];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("postgresql-test-");
    private readonly int _port = LoopbackPort.Reserve();
    private Process? _process;
    private int _databases;

    private PostgreSqlServer()
    {
    }

    /// <summary>The server; the test that asks is skipped where none is installed, and fails where it must run.</summary>
    public static Task<PostgreSqlServer> GetAsync()
    {
        if (Folder is null)
        {
            throw Needed.Missing("PostgreSQL is not installed here (Debian's package 'postgresql').");
        }

        return Started.Value;
    }

    /// <summary>The address of a database.</summary>
    public string Address(string database, string user = "postgres", string password = Password) =>
        $"postgres://{user}:{Uri.EscapeDataString(password)}@127.0.0.1:{_port}/{database}";

    /// <summary>Makes a database.</summary>
    /// <returns>Its address.</returns>
    public async Task<string> DatabaseAsync()
    {
        var name = $"test{Interlocked.Increment(ref _databases)}";
        await RunAsync("postgres", $"CREATE DATABASE {name}");
        return Address(name);
    }

    /// <summary>What another program connects with.</summary>
    public string ConnectionString(string database) =>
        $"Host=127.0.0.1;Port={_port};Database={database};Username=postgres;Password={Password};Pooling=false";

    /// <summary>Asks a database as another program would.</summary>
    public async Task<object?> RunAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString(database));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    /// <summary>Ends what was started.</summary>
    public static void EndAll()
    {
        while (Running.TryTake(out var server))
        {
            server._process!.StandardInput.Close();
            server._process.WaitForExit();
            server._process.Dispose();
            server._folder.Delete(recursive: true);
        }
    }

    /// <summary>Where its programs are; Debian keeps each version's apart.</summary>
    private static string? Folder { get; } = Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending(StringComparer.Ordinal).Select(version => Path.Combine(version, "bin"))
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "postgres")))
        : null;

    private static async Task<PostgreSqlServer> StartAsync()
    {
        var server = new PostgreSqlServer();
        var (data, password) = (Path.Combine(server._folder.FullName, "data"), Path.Combine(server._folder.FullName, "password"));
        await File.WriteAllTextAsync(password, Password);
        if (Environment.UserName == "root")
        {
            Process.Start("chown", ["-R", "postgres", server._folder.FullName]).WaitForExit();
        }

        using (var init = Start(["initdb", "-D", data, "-U", "postgres", "-A", "scram-sha-256", $"--pwfile={password}", "--no-sync", "-E", "UTF8",
            "--locale=C"], endsWithUs: false))
        {
            var words = init.StandardError.ReadToEndAsync();
            await init.StandardOutput.ReadToEndAsync();
            await init.WaitForExitAsync();
            Assert.True(init.ExitCode == 0, await words);
        }

        server._process = Start(["postgres", "-D", data, "-p", $"{server._port}", "-c", "listen_addresses=127.0.0.1", "-k", server._folder.FullName, "-c",
            "max_connections=200"], endsWithUs: true);
        Running.Add(server);
        var log = new ConcurrentQueue<string?>();
        server._process.ErrorDataReceived += (_, line) => log.Enqueue(line.Data);
        server._process.BeginErrorReadLine();
        await Eventually.TrueAsync(() => server.Answers(), "PostgreSQL answers");
        return server;
    }

    private bool Answers()
    {
        try
        {
            RunAsync("postgres", "SELECT 1").GetAwaiter().GetResult();
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    /// <summary>
    /// A server of PostgreSQL refuses to be root, and is to end with who started it, however that ends: a shell waits for the end of its own input.
    /// </summary>
    private static Process Start(string[] program, bool endsWithUs)
    {
        string[] words =
        [
            .. endsWithUs ? (string[])["sh", "-c", "exec 3<&0; \"$@\" & program=$!; cat <&3 >/dev/null; kill -INT $program; wait $program", "sh"] : [],
            .. Environment.UserName == "root" ? (string[])["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : [],
            Path.Combine(Folder!, program[0]), .. program[1..],
        ];
        var start = new ProcessStartInfo(words[0], words[1..])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            RedirectStandardInput = endsWithUs,
            WorkingDirectory = "/",
        };
        return Process.Start(start)!;
    }
}

/// <summary>Ends PostgreSQL when all tests have ended.</summary>
public sealed class PostgreSqlEnd : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => PostgreSqlServer.EndAll();
}
