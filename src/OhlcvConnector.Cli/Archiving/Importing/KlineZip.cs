using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace OhlcvConnector.Cli.Archiving.Importing;

/// <summary>A zip of klines, and the <c>.CHECKSUM</c> that Binance puts beside each.</summary>
internal static class KlineZip
{
    /// <summary>Compares a file with the sum of SHA-256 beside it, where there is one.</summary>
    /// <exception cref="InvalidDataException">It is not the file that the sum is of.</exception>
    public static async Task VerifyAsync(string path, CancellationToken cancellationToken)
    {
        var beside = path + ".CHECKSUM";
        if (!File.Exists(beside))
        {
            return;
        }

        var said = (await File.ReadAllTextAsync(beside, cancellationToken).ConfigureAwait(false)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        using var file = File.OpenRead(path);
        var sum = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken).ConfigureAwait(false));
        if (said.Length == 0 || !string.Equals(said[0], sum, StringComparison.OrdinalIgnoreCase))
        {
            throw new InvalidDataException($"it is not what {Path.GetFileName(beside)} says: its SHA-256 is {sum}. Load both again");
        }
    }

    /// <summary>The files in it, each as text.</summary>
    /// <exception cref="InvalidDataException">It is no zip, or damaged.</exception>
    public static IEnumerable<(string Name, TextReader Text)> Read(string path)
    {
        using var zip = ZipFile.OpenRead(path);
        foreach (var entry in zip.Entries.Where(entry => entry.Name.EndsWith(".csv", StringComparison.OrdinalIgnoreCase)))
        {
            using var text = new StreamReader(entry.Open(), Encoding.UTF8);
            yield return (entry.Name, text);
        }
    }
}
