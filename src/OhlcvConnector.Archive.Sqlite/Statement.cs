using System.Runtime.InteropServices;
using SQLitePCL;

namespace OhlcvConnector.Archive.Sqlite;

/// <summary>A prepared statement. SQLite's own interface, for it takes and gives numbers without boxes.</summary>
internal sealed class Statement : IDisposable
{
    private readonly Database _database;
    private readonly sqlite3_stmt _statement;
    private readonly nint _pointer; // for calls that are made for each column of each row
    private bool _isFinished;

    /// <summary>Prepares it.</summary>
    public Statement(Database database, string sql)
    {
        _database = database;
        database.Check(raw.sqlite3_prepare_v2(database.Handle, sql, out _statement));
        _pointer = _statement.DangerousGetHandle();
    }

    /// <summary>The driver's own.</summary>
    internal sqlite3_stmt Driver => _statement;

    /// <summary>The number of rows that the last change of this database's connection touched.</summary>
    public int Changes => raw.sqlite3_changes(_database.Handle);

    /// <summary>Gives a parameter its value, from 1.</summary>
    public Statement Bind(int index, long value)
    {
        _database.Check(raw.sqlite3_bind_int64(_statement, index, value));
        return this;
    }

    /// <summary>Gives a parameter its value, from 1; null is NULL.</summary>
    public Statement Bind(int index, long? value) => value is { } number ? Bind(index, number) : BindNull(index);

    /// <summary>Gives a parameter its value, from 1; null is NULL.</summary>
    public Statement Bind(int index, string? value)
    {
        if (value is null)
        {
            return BindNull(index);
        }

        _database.Check(raw.sqlite3_bind_text(_statement, index, value));
        return this;
    }

    /// <summary>Gives a parameter its value, from 1.</summary>
    public Statement Bind(int index, double value)
    {
        _database.Check(raw.sqlite3_bind_double(_statement, index, value));
        return this;
    }

    /// <summary>Goes to the next row.</summary>
    /// <returns>Whether there is one.</returns>
    public bool Step()
    {
        var code = raw.sqlite3_step(_statement);
        if (code == raw.SQLITE_ROW)
        {
            return true;
        }

        if (code != raw.SQLITE_DONE)
        {
            var error = _database.Error(code);
            raw.sqlite3_reset(_statement);
            throw error;
        }

        return false;
    }

    /// <summary>Runs it to its end, and makes it ready for the next time.</summary>
    public void Run()
    {
        while (Step())
        {
            // what it says is not asked for
        }

        Reset();
    }

    /// <summary>Makes it ready for the next time; its values stay.</summary>
    public void Reset() => raw.sqlite3_reset(_statement);

    /// <summary>Whether a column is NULL, from 0.</summary>
    public bool IsNull(int column) => Native.ColumnType(_pointer, column) == raw.SQLITE_NULL;

    /// <summary>Whether a column is text, from 0.</summary>
    public bool IsText(int column) => Native.ColumnType(_pointer, column) == raw.SQLITE_TEXT;

    /// <summary>A column's number, from 0.</summary>
    public long Long(int column) => Native.ColumnLong(_pointer, column);

    /// <summary>A column's number, from 0; null for NULL.</summary>
    public long? LongOrNull(int column) => IsNull(column) ? null : Long(column);

    /// <summary>A column's number with a fraction, from 0.</summary>
    public double Double(int column) => raw.sqlite3_column_double(_statement, column);

    /// <summary>A column's text, from 0.</summary>
    public string Text(int column) => raw.sqlite3_column_text(_statement, column).utf8_to_string();

    /// <summary>A column's text, from 0; null for NULL.</summary>
    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isFinished)
        {
            _isFinished = true;
            _statement.Dispose();
        }
    }

    private Statement BindNull(int index)
    {
        _database.Check(raw.sqlite3_bind_null(_statement, index));
        return this;
    }

    /// <summary>
    /// The two calls that take most of the time of reading, without what the driver does around each: it counts references to the statement, which this object
    /// holds anyway, and lets the garbage collector run meanwhile, for which they are too short.
    /// </summary>
    private static class Native
    {
        [DllImport("e_sqlite3", EntryPoint = "sqlite3_column_int64", CallingConvention = CallingConvention.Cdecl), SuppressGCTransition]
        public static extern long ColumnLong(nint statement, int column);

        [DllImport("e_sqlite3", EntryPoint = "sqlite3_column_type", CallingConvention = CallingConvention.Cdecl), SuppressGCTransition]
        public static extern int ColumnType(nint statement, int column);
    }
}
