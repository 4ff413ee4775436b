using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure;
using OhlcvConnector.Infrastructure.Engine.Wire;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.UnitTests.Wire;

/// <summary>
/// Real messages with a key dropped, a type swapped, a null, a huge number or their end missing: each is decoded or refused with a reason, and nothing escapes.
/// </summary>
public class MutatedAnswers
{
    private const int Rounds = 40;
    private static readonly string[] Values =
    [
        "null", "{}", "[]", "true", "\"\"", "\"x\"", "0", "-1", "1e308", "1e-308", "9223372036854775807", "-9223372036854775808", "99999999999999999999999999999999",
        "\"99999999999999999999999999999999\"", "253402300799999", "253402300800000", "\"253402300800000\"", "62135596800000", "-62135596800001", "\"1e999\"", "[[[[]]]]", "{\"a\":{}}",
    ];

    public static TheoryData<string> Exchanges => [.. Venues.All.Select(venue => venue.Name)];

    [Theory]
    [MemberData(nameof(Exchanges))]
    public void Nothing_escapes_from_a_decoder_whatever_became_of_the_message(string exchange)
    {
        var random = new Random(7);
        var venue = Venues.All.Single(one => one.Name == exchange);
        var texts = Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Fixtures", exchange), "*.json*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(File.ReadAllText)
            .SelectMany(text => IsJson(text) ? [text] : text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Take(10))
            .Where(text => IsJson(text) && text.Length < 100_000)
            .ToArray();

        texts.ShouldNotBeEmpty();
        foreach (var market in venue.Markets)
        {
            var decoding = new Decoding(exchange, market.Market, contractSize: 0.01m);
            foreach (var text in texts)
            {
                for (var round = 0; round < Rounds; round++)
                {
                    Feed(decoding, Mutated(text, random), random.Next(10) == 0 ? 400 : 200);
                }
            }
        }
    }

    private static void Feed(Decoding decoding, string body, int status)
    {
        decoding.Frame(body);
        Sane(decoding.Batch);
        foreach (var interval in (Interval[])[decoding.Market.Intervals.Historic[0], decoding.Market.Intervals.Historic[^1]])
        {
            decoding.History(decoding.NewSeries("BTCUSDT", interval), body, status).Text.ShouldNotBeNull();
            Sane(decoding.Batch);
        }

        decoding.Instruments(body).ShouldAllBe(instrument => instrument.VenueSymbol.Length > 0);
    }

    private static void Sane(QuoteBatch batch)
    {
        foreach (ref readonly var quote in batch.Quotes)
        {
            quote.CloseTime.ShouldBeGreaterThan(quote.OpenTime);
            quote.ToString().ShouldNotBeEmpty();
        }
    }

    private static bool IsJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind is JsonValueKind.Object or JsonValueKind.Array;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string Mutated(string text, Random random)
    {
        if (random.Next(8) == 0)
        {
            return text[..random.Next(text.Length)];
        }

        var root = JsonNode.Parse(text)!;
        for (var changes = random.Next(3); changes >= 0; changes--)
        {
            Change(root, random);
        }

        var mutated = root.ToJsonString();
        return random.Next(8) == 0 ? Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(mutated)) : mutated;
    }

    /// <summary>Goes down by chance, and changes what it finds there.</summary>
    private static void Change(JsonNode node, Random random)
    {
        while (true)
        {
            if (node is JsonObject { Count: > 0 } found)
            {
                var name = found.ElementAt(random.Next(found.Count)).Key;
                if (found[name] is { } below and (JsonObject or JsonArray) && random.Next(5) != 0)
                {
                    node = below;
                    continue;
                }

                found.Remove(name);
                if (random.Next(3) != 0)
                {
                    found[random.Next(5) == 0 ? name + "x" : name] = JsonNode.Parse(Values[random.Next(Values.Length)]);
                }
            }
            else if (node is JsonArray { Count: > 0 } rows)
            {
                var place = random.Next(rows.Count);
                if (rows[place] is { } below and (JsonObject or JsonArray) && random.Next(5) != 0)
                {
                    node = below;
                    continue;
                }

                if (random.Next(3) == 0)
                {
                    rows.RemoveAt(place);
                }
                else
                {
                    rows[place] = JsonNode.Parse(Values[random.Next(Values.Length)]);
                }
            }

            return;
        }
    }
}
