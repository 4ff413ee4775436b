using Npgsql;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Archive.PostgreSql;

/// <summary>An address such as <c>postgres://user:password@host:5432/database?sslmode=require</c>.</summary>
/// <param name="Location">The same for people: without the password.</param>
/// <param name="ConnectionString">The same for the driver.</param>
internal sealed record PostgreSqlAddress(string Location, string ConnectionString)
{
    private const int MaxConnections = 20;

    /// <summary>Whether a text is one.</summary>
    public static bool Is(string text) => text.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase)
        || text.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads one.</summary>
    /// <exception cref="ArchiveException">It is none; the message does not hold the password.</exception>
    public static PostgreSqlAddress Parse(string text)
    {
        if (!Is(text) || !Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Host.Length == 0 || uri.AbsolutePath.Trim('/').Length == 0)
        {
            throw Unusable($"'{Masked(text)}' is no address of a database. Write postgres://user:password@host:5432/database, with %40 for an @ in a password");
        }

        var user = uri.UserInfo.Split(':', 2);
        var connection = new NpgsqlConnectionStringBuilder
        {
            Host = uri.Host,
            Port = uri.Port > 0 ? uri.Port : 5432,
            Database = Uri.UnescapeDataString(uri.AbsolutePath.Trim('/')),
            MaxPoolSize = MaxConnections,
            ApplicationName = "OhlcvConnector",
        };
        if (user[0].Length > 0)
        {
            connection.Username = Uri.UnescapeDataString(user[0]);
        }

        if (user.Length > 1)
        {
            connection.Password = Uri.UnescapeDataString(user[1]);
        }

        foreach (var part in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var pair = part.Split('=', 2);
            try
            {
                connection[pair[0] == "sslmode" ? "SSL Mode" : Uri.UnescapeDataString(pair[0])] = Uri.UnescapeDataString(pair.Length > 1 ? pair[1] : "");
            }
            catch (Exception exception) when (exception is ArgumentException or FormatException or InvalidCastException)
            {
                throw Unusable($"'{Masked(text)}': '{pair[0]}' is no such setting of a connection, or has no such value");
            }
        }

        return new PostgreSqlAddress(Masked(text), connection.ConnectionString);
    }

    /// <summary>The text with <c>***</c> for a password, wherever an address can hold one.</summary>
    private static string Masked(string text)
    {
        var start = text.IndexOf("://", StringComparison.Ordinal) is >= 0 and var scheme ? scheme + 3 : 0;
        var query = text.IndexOf('?', start) is >= 0 and var mark ? mark : text.Length;
        var at = text.LastIndexOf('@', query - 1, query - start);
        var colon = at < 0 ? -1 : text.IndexOf(':', start, at - start);
        var masked = colon < 0 ? text[..query] : $"{text[..(colon + 1)]}***{text[at..query]}";
        var settings = text[query..].TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(part => part.StartsWith("password", StringComparison.OrdinalIgnoreCase) ? "password=***" : part).ToList();
        return settings.Count == 0 ? masked : $"{masked}?{string.Join('&', settings)}";
    }

    private static ArchiveException Unusable(string words) => new(ArchiveTrouble.Unusable, words + ".");
}
