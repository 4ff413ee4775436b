using System.Globalization;
using Microsoft.Data.Sqlite;

namespace OhlcvConnector.Trading.Sqlite;

/// <summary>The connection to a ledger's file, with its errors in words.</summary>
internal sealed class LedgerFile : IDisposable
{
    private const int Full = 13;
    private const int NotADatabase = 26;
    private const int Busy = 5;

    private readonly string _path;
    private readonly SqliteConnection _connection;
    private readonly FileStream? _hold;

    private LedgerFile(string path, SqliteConnection connection, FileStream? hold) => (_path, _connection, _hold) = (path, connection, hold);

    /// <summary>Opens a file, and makes it when it is not there and may be written.</summary>
    /// <exception cref="IOException">It cannot be used; the message says what to do.</exception>
    public static LedgerFile Open(string path, bool? isSandbox, bool isReadOnly)
    {
        var full = Path.GetFullPath(path);
        if (isReadOnly && !File.Exists(full))
        {
            throw new FileNotFoundException($"There is no paper ledger {path}. 'connector-cli paper run' makes one.", path);
        }

        if (Directory.Exists(full))
        {
            throw new IOException($"The paper ledger {path} is a directory; name a file in it.");
        }

        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        var hold = isReadOnly ? null : Hold(full);
        try
        {
            var connection = new SqliteConnection(
                new SqliteConnectionStringBuilder { DataSource = full, Pooling = false, DefaultTimeout = 5 }.ToString());
            var file = new LedgerFile(path, connection, hold);
            file.Guard(() =>
            {
                connection.Open();
                file.Prepare(isSandbox, isReadOnly);
                return true;
            });
            return file;
        }
        catch
        {
            hold?.Dispose();
            throw;
        }
    }

    /// <summary>Does something, and puts what SQLite says against it into words.</summary>
    public T Guard<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (SqliteException exception)
        {
            var words = exception.SqliteErrorCode switch
            {
                Full => "there is no room for more. Nothing was written; make room on its disk",
                NotADatabase => "this is no ledger. Name another file, or one that is not there yet",
                Busy => "another program has been writing it for seconds",
                _ => "SQLite refuses",
            };
            throw new IOException($"The paper ledger {_path}: {words} ({exception.Message}).", exception);
        }
    }

    /// <summary>Does something in one transaction: all of it, or nothing.</summary>
    public T Write<T>(Func<T> work) => Guard(() =>
    {
        using var transaction = _connection.BeginTransaction(deferred: false);
        var result = work();
        transaction.Commit();
        return result;
    });

    /// <summary>Runs a statement with values for <c>?1</c>, <c>?2</c> ...; decimals are written as text, whole numbers and null as they are.</summary>
    public int Run(string sql, params ReadOnlySpan<object?> values)
    {
        using var command = Command(sql, values);
        return command.ExecuteNonQuery();
    }

    /// <summary>The first column of the first row; null where there is none.</summary>
    public object? Ask(string sql, params ReadOnlySpan<object?> values)
    {
        using var command = Command(sql, values);
        return command.ExecuteScalar() is { } found and not DBNull ? found : null;
    }

    /// <summary>Reads rows.</summary>
    public List<T> Read<T>(string sql, Func<LedgerRow, T> row, params ReadOnlySpan<object?> values)
    {
        using var command = Command(sql, values);
        var found = new List<T>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            found.Add(row(new LedgerRow(reader)));
        }

        return found;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _connection.Dispose();
        _hold?.Dispose();
    }

    private static FileStream Hold(string path)
    {
        try
        {
            return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None); // ends with the program, however it ends
        }
        catch (IOException exception)
        {
            throw new IOException($"Another program trades with the paper ledger {path}. Stop it first, or use the server's API.", exception);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new IOException($"The paper ledger {path} may not be written: {exception.Message}", exception);
        }
    }

    private void Prepare(bool? isSandbox, bool isReadOnly)
    {
        var application = (long)Ask("PRAGMA application_id")!;
        if (application == 0 && (long)Ask("SELECT count(*) FROM sqlite_master")! == 0 && !isReadOnly)
        {
            Run("PRAGMA journal_mode = WAL");
            Write(() =>
            {
                Run(LedgerSchema.Tables);
                Run("INSERT INTO ledger VALUES (?1)", isSandbox == true ? 1L : 0L);
                Run(FormattableString.Invariant($"PRAGMA application_id = {LedgerSchema.ApplicationId}"));
                return Run(FormattableString.Invariant($"PRAGMA user_version = {LedgerSchema.Version}"));
            });
        }
        else if (application != LedgerSchema.ApplicationId)
        {
            throw new IOException($"{_path} is no paper ledger. Name another file, or one that is not there yet.");
        }

        if ((long)Ask("PRAGMA user_version")! is var version and not LedgerSchema.Version)
        {
            throw new IOException(FormattableString.Invariant($"The paper ledger {_path} is of version {version}, and this program knows {LedgerSchema.Version}."));
        }

        Run("PRAGMA synchronous = FULL");
        var isWrittenBySandbox = (long)Ask("SELECT simulated FROM ledger")! == 1;
        if (isSandbox is { } wanted && wanted != isWrittenBySandbox)
        {
            throw new IOException($"The paper ledger {_path} holds accounts of {(isWrittenBySandbox ? "simulated" : "real")} markets; those of {(wanted ? "simulated" : "real")} ones need another file.");
        }
    }

    private SqliteCommand Command(string sql, ReadOnlySpan<object?> values)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 0; i < values.Length; i++)
        {
            var value = values[i] switch
            {
                null => DBNull.Value,
                decimal number => number.ToString(CultureInfo.InvariantCulture),
                Enum name => name.ToString(),
                int number => (long)number,
                var other => other,
            };
            command.Parameters.AddWithValue("?" + (i + 1).ToString(CultureInfo.InvariantCulture), value);
        }

        return command;
    }
}

/// <summary>A row of a ledger.</summary>
internal readonly struct LedgerRow(SqliteDataReader reader)
{
    public long Long(int column) => reader.GetInt64(column);

    public int Int(int column) => reader.GetInt32(column);

    public long? LongOrNull(int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);

    public string Text(int column) => reader.GetString(column);

    public string? TextOrNull(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    public decimal Number(int column) => decimal.Parse(reader.GetString(column), NumberStyles.Float, CultureInfo.InvariantCulture);

    public decimal? NumberOrNull(int column) => reader.IsDBNull(column) ? null : Number(column);

    public T Name<T>(int column)
        where T : struct, Enum => Enum.Parse<T>(reader.GetString(column));
}
