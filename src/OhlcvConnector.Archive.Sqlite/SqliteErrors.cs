using OhlcvConnector.Domain;
using SQLitePCL;

namespace OhlcvConnector.Archive.Sqlite;

/// <summary>SQLite's errors in words that say what to do.</summary>
internal static class SqliteErrors
{
    /// <summary>Explains an error.</summary>
    /// <param name="path">The file.</param>
    /// <param name="code">SQLite's code, extended or not.</param>
    /// <param name="message">SQLite's own words.</param>
    /// <param name="inner">The error that it came with; null for none.</param>
    public static ArchiveException Explain(string path, int code, string message, Exception? inner)
    {
        var (trouble, words) = (code & 0xff) switch
        {
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED => (ArchiveTrouble.Busy, "another program has been writing it for seconds. Nothing was written; try again"),
            raw.SQLITE_FULL => (ArchiveTrouble.Full, "there is no room for more. Nothing was written; make room on its disk"),
            raw.SQLITE_CORRUPT => (ArchiveTrouble.Damaged, "it is damaged. Keep it as it is, put back a backup, and fetch what came since ('archive fill')"),
            raw.SQLITE_NOTADB => (ArchiveTrouble.Unusable, "this is no SQLite file. Name another, or one that is not there yet"),
            raw.SQLITE_CANTOPEN => (ArchiveTrouble.Unusable, $"it cannot be opened. {WhyNot(path)}"),
            raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_AUTH =>
                (ArchiveTrouble.Unusable, "it may not be written. This user needs the right to write the file and its directory"),
            raw.SQLITE_IOERR => (ArchiveTrouble.Damaged, "its disk fails"),
            _ => (ArchiveTrouble.Damaged, "SQLite refuses"),
        };
        return new ArchiveException(trouble, $"The archive {path}: {words} ({message}).", inner);
    }

    private static string WhyNot(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path));
        return Directory.Exists(path) ? "It is a directory; name a file in it"
            : folder is not null && !Directory.Exists(folder) ? $"There is no directory {folder}"
            : File.Exists(path) ? "This user needs the right to read and write it"
            : "There is no such file, or this user may not make one there";
    }
}
