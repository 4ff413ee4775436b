using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.UnitTests.Wire;

/// <summary>A venue that writes a number as a text, or a text as a number, says the same: in every field of every message that was ever recorded.</summary>
public partial class NumberSpellings
{
    private const int Short = 3_000; // characters, up to which each field is respelt alone, too

    public static TheoryData<string> Exchanges => [.. Venues.All.Select(venue => venue.Name)];

    public static IEnumerable<object[]> Markets() => CandleFrames.Markets.Select(row => new object[] { row.Venue, row.Market });

    [Theory]
    [MemberData(nameof(Exchanges))]
    public void A_recorded_message_says_the_same_however_its_numbers_are_spelt(string exchange)
    {
        var texts = Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Fixtures", exchange), "*.json*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .SelectMany(file => file.EndsWith('l') ? File.ReadLines(file).Take(20) : [File.ReadAllText(file)])
            .Where(text => text.TrimStart().FirstOrDefault() is '{' or '[' && text.Length < 100_000)
            .ToArray();

        texts.ShouldNotBeEmpty();
        foreach (var market in Venues.All.Single(venue => venue.Name == exchange).Markets)
        {
            var decoding = new Decoding(exchange, market.Market, contractSize: 0.01m);
            foreach (var text in texts)
            {
                Same(decoding, text);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Markets))]
    public void A_candle_of_a_stream_says_the_same_however_its_numbers_are_spelt(string exchange, Market market)
    {
        var random = new Random(3);
        var decoding = new Decoding(exchange, market, contractSize: 0.01m);
        for (var i = 0; i < 20; i++)
        {
            Same(decoding, CandleFrames.Next(exchange, market, random));
        }
    }

    private static void Same(Decoding decoding, string text)
    {
        var said = Said(decoding, text);

        Said(decoding, Respelt(text, only: null)).ShouldBe(said, text);
        for (var number = 0; text.Length < Short && Respelt(text, number) is var respelt && respelt.Length > 0; number++)
        {
            Said(decoding, respelt).ShouldBe(said, respelt);
        }
    }

    private static string Said(Decoding decoding, string text)
    {
        var frame = $"{decoding.Frame(text)} {Candles(decoding)}";
        decoding.History(decoding.NewSeries("BTCUSDT", decoding.Market.Intervals.Historic[0]), text);
        var listed = decoding.Instruments(text).Select(one => $"{one.VenueSymbol} {one.Symbol} {one.ContractSize} {one.ListedAt:O} {one.IsTrading}");
        return $"{frame}\n{Candles(decoding)}\n{string.Join(", ", listed)}";
    }

    private static string Candles(Decoding decoding) =>
        string.Join("; ", decoding.Batch.Quotes.ToArray().Select(quote => $"{quote.Line()} {quote.EventTime:O}")) + $" {decoding.Batch.Refused} refused";

    /// <summary>The same with numbers for texts and texts for numbers: with all of them, or with one; empty when there is no such one.</summary>
    private static string Respelt(string text, int? only)
    {
        var found = 0;
        var root = Respelt(JsonNode.Parse(text)!, () => found++ is var at && (only is null || at == only));
        return only >= found ? "" : root.ToJsonString();
    }

    private static JsonNode Respelt(JsonNode node, Func<bool> isOne)
    {
        switch (node)
        {
            case JsonObject fields:
                foreach (var (name, value) in fields.ToList())
                {
                    fields[name] = value is null ? null : Respelt(value, isOne).DeepClone();
                }

                return fields;
            case JsonArray list:
                for (var i = 0; i < list.Count; i++)
                {
                    list[i] = list[i] is { } value ? Respelt(value, isOne).DeepClone() : null;
                }

                return list;
            default:
                var raw = node.ToJsonString();
                return node.GetValueKind() == JsonValueKind.Number ? isOne() ? JsonValue.Create(raw) : node
                    : node.GetValueKind() == JsonValueKind.String && Number().IsMatch(raw[1..^1]) && isOne() ? JsonNode.Parse(raw[1..^1])!
                    : node;
        }
    }

    [GeneratedRegex(@"^-?(0|[1-9]\d*)(\.\d+)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
