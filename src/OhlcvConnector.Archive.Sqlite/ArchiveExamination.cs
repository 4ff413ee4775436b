using System.Globalization;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Archive.Sqlite;

/// <summary>Looks for damage.</summary>
internal static class ArchiveExamination
{
    private static readonly (string Sql, string Words)[] Questions =
    [
        ("SELECT count(*) FROM candle WHERE series NOT IN (SELECT id FROM series)", "candles belong to no series"),
        ("""
         SELECT count(*) FROM candle AS c WHERE NOT EXISTS (
             SELECT 1 FROM coverage AS k WHERE k.series = c.series AND k.state = 'complete'
             AND k.from_ms <= c.open_time * 1000 AND k.to_ms > c.open_time * 1000)
         """, "candles lie where the archive does not know that it has any"),
        ("""
         SELECT count(*) FROM coverage AS k WHERE EXISTS (
             SELECT 1 FROM coverage AS o WHERE o.series = k.series AND o.from_ms > k.from_ms AND o.from_ms < k.to_ms)
         """, "stretches overlap"),
    ];

    /// <summary>Runs all questions.</summary>
    public static IReadOnlyList<string> Run(Database database)
    {
        var found = new List<string>();
        try
        {
            Look(database, found);
        }
        catch (ArchiveException exception) when (exception.Trouble == ArchiveTrouble.Damaged)
        {
            found.Add(exception.Message); // so damaged that it cannot be looked at
        }

        return found;
    }

    private static void Look(Database database, List<string> found)
    {
        using (var check = new Statement(database, "PRAGMA integrity_check(100)"))
        {
            while (check.Step())
            {
                if (check.Text(0) is not "ok" and var words)
                {
                    found.Add(words);
                }
            }
        }

        foreach (var (sql, words) in found.Count == 0 ? Questions : [])
        {
            if (database.AskNumber(sql) is > 0 and var count)
            {
                found.Add(string.Create(CultureInfo.InvariantCulture, $"{count} {words}"));
            }
        }
    }
}
