using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OhlcvConnector.Trading;

/// <summary>
/// Notes of a search: each variant that was tried, a line of JSON as soon as it was, so that a search that was killed goes on where it was. A variant is
/// found again when strategy, parameters, broker and every candle are the same; what else stands in the notes is left alone.
/// </summary>
public sealed class SearchJournal
{
    private readonly Lock _lock = new();
    private readonly Stream _stream;
    private readonly Dictionary<string, TriedVariant> _known = [];

    /// <summary>Reads notes, and goes on with them. A line that was cut off, as by a kill or a full disk, is removed.</summary>
    /// <param name="stream">The notes, to read, write and seek; empty at first. It stays open.</param>
    /// <exception cref="InvalidDataException">They are no notes of a search.</exception>
    public SearchJournal(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _stream = stream;
        stream.Position = 0;
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        var bytes = memory.GetBuffer().AsSpan(0, (int)memory.Length);
        var whole = bytes.LastIndexOf((byte)'\n') + 1;
        if (whole == 0 && bytes.Length > 0 && bytes[0] != (byte)'{')
        {
            throw NoNotes(1, null);
        }

        var number = 0;
        foreach (var range in Encoding.UTF8.GetString(bytes[..whole]).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            Read(range, ++number);
        }

        stream.SetLength(whole);
        stream.Position = whole;
    }

    /// <summary>Variants that stand in the notes.</summary>
    public int Count => _known.Count;

    /// <summary>Variants of this search that were found in the notes, and not run again.</summary>
    public int Found { get; private set; }

    /// <summary>Returns what a search runs over, as a word that differs when anything of it does.</summary>
    internal static string PartOf(StrategyKind kind, IReadOnlyList<BacktestSeries> data, BrokerOptions broker, int daysPerYear)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(FormattableString.Invariant($"{kind.Name} {daysPerYear} {JsonSerializer.Serialize(broker, SearchJson.Default.BrokerOptions)}"));
        foreach (var one in data)
        {
            Add(FormattableString.Invariant($"\n{one.Name} {JsonSerializer.Serialize(one.Rules, SearchJson.Default.InstrumentRules)} {one.OmitsQuietCandles}"));
            Candles(one.Candles);
            Candles(one.Fine ?? []);
            foreach (var funding in one.FundingRates)
            {
                Add(FormattableString.Invariant($"{funding.TimeMs} {funding.Rate} "));
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 12));

        void Add(string text) => hash.AppendData(Encoding.UTF8.GetBytes(text));

        void Candles(IReadOnlyList<Candle> candles)
        {
            Span<long> numbers = stackalloc long[2];
            Span<int> bits = stackalloc int[20];
            for (var i = 0; i < candles.Count; i++)
            {
                var candle = candles[i];
                (numbers[0], numbers[1]) = (candle.OpenMs, candle.CloseMs);
                decimal.GetBits(candle.Open, bits);
                decimal.GetBits(candle.High, bits[4..]);
                decimal.GetBits(candle.Low, bits[8..]);
                decimal.GetBits(candle.Close, bits[12..]);
                decimal.GetBits(candle.Volume ?? -1, bits[16..]);
                hash.AppendData(System.Runtime.InteropServices.MemoryMarshal.AsBytes(numbers));
                hash.AppendData(System.Runtime.InteropServices.MemoryMarshal.AsBytes(bits));
            }
        }
    }

    /// <summary>Returns a variant that stands in the notes; null when it does not.</summary>
    internal TriedVariant? Find(string part, IReadOnlyDictionary<string, decimal> settings)
    {
        lock (_lock)
        {
            if (!_known.TryGetValue(Key(part, settings), out var found))
            {
                return null;
            }

            Found++;
            return found;
        }
    }

    /// <summary>Notes a variant.</summary>
    internal void Add(string part, TriedVariant tried)
    {
        var line = JsonSerializer.SerializeToUtf8Bytes(
            new SearchNote(part, new Dictionary<string, decimal>(tried.Settings), tried.Statistics, tried.DailySharpe, tried.Failure),
            SearchJson.Default.SearchNote);
        lock (_lock)
        {
            _known[Key(part, tried.Settings)] = tried;
            _stream.Write([.. line, (byte)'\n']);
            _stream.Flush();
        }
    }

    private void Read(string line, int number)
    {
        try
        {
            var note = JsonSerializer.Deserialize(line, SearchJson.Default.SearchNote) ?? throw NoNotes(number, null);
            _known[Key(note.Part, note.Settings)] = new TriedVariant(note.Settings, note.Statistics, null, note.Failure) { DailySharpe = note.DailySharpe };
        }
        catch (JsonException exception)
        {
            throw NoNotes(number, exception);
        }
    }

    private static InvalidDataException NoNotes(int line, Exception? inner) =>
        new($"Line {line} is no note of a search. Name a new file, or one that a search has written.", inner);

    private static string Key(string part, IReadOnlyDictionary<string, decimal> settings) =>
        part + string.Concat(settings.OrderBy(one => one.Key, StringComparer.Ordinal)
            .Select(one => string.Create(CultureInfo.InvariantCulture, $" {one.Key}={one.Value / 1.000000000000000000000000000000m}")));
}

/// <summary>A line of a search's notes.</summary>
internal sealed record SearchNote(
    [property: JsonRequired] string Part, [property: JsonRequired] Dictionary<string, decimal> Settings, BacktestStatistics? Statistics, double DailySharpe,
    string? Failure);

[JsonSerializable(typeof(SearchNote))]
[JsonSerializable(typeof(BrokerOptions))]
[JsonSerializable(typeof(InstrumentRules))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    RespectNullableAnnotations = true)]
internal sealed partial class SearchJson : JsonSerializerContext;
