using System.Text.Json;
using Shouldly;

namespace OhlcvConnector.ServerTests;

/// <summary>Replays the conversations that docs/server-protocol.md shows.</summary>
public class TranscriptTests
{
    public static TheoryData<int> Transcripts() => [.. Enumerable.Range(0, Read().Count)];

    [Theory]
    [MemberData(nameof(Transcripts))]
    public async Task The_server_answers_as_documented(int index)
    {
        await using var stage = await ServerStage.SetAsync(configure: options => options.HeartbeatInterval = TimeSpan.Zero);
        await using var client = await stage.ConnectAsync();
        foreach (var line in Read()[index])
        {
            if (line.StartsWith("> ", StringComparison.Ordinal))
            {
                await client.SayAsync(line[2..]);
            }
            else if (line.StartsWith("< close ", StringComparison.Ordinal))
            {
                (await client.ReadAsync()).ShouldBeNull();
                ((int)client.CloseStatus!.Value).ToString(System.Globalization.CultureInfo.InvariantCulture).ShouldBe(line["< close ".Length..]);
            }
            else
            {
                using var expected = JsonDocument.Parse(line[2..]);
                Compare(expected.RootElement, await NextAsync(client, expected.RootElement.Text("type")!), line);
            }
        }
    }

    [Fact]
    public void There_are_transcripts() => Read().Count.ShouldBe(4);

    /// <summary>The next message; quotes and changes of status that were on their way when the client spoke are passed over.</summary>
    private static async Task<JsonElement> NextAsync(TestClient client, string type)
    {
        while (true)
        {
            var message = (await client.ReadAsync())!.Value;
            if (message.Text("type") == type || message.Text("type") is not ("quote" or "status" or "snapshot"))
            {
                return message;
            }
        }
    }

    private static void Compare(JsonElement expected, JsonElement actual, string line)
    {
        if (expected.ValueKind == JsonValueKind.String && expected.GetString() == "*")
        {
            return;
        }

        actual.ValueKind.ShouldBe(expected.ValueKind, line);
        switch (expected.ValueKind)
        {
            case JsonValueKind.Object:
                actual.EnumerateObject().Select(property => property.Name).ShouldBe(expected.EnumerateObject().Select(property => property.Name), line);
                foreach (var property in expected.EnumerateObject())
                {
                    Compare(property.Value, actual.GetProperty(property.Name), line);
                }

                break;
            case JsonValueKind.Array:
                actual.GetArrayLength().ShouldBe(expected.GetArrayLength(), line);
                foreach (var (one, other) in expected.EnumerateArray().Zip(actual.EnumerateArray()))
                {
                    Compare(one, other, line);
                }

                break;
            default:
                actual.GetRawText().ShouldBe(expected.GetRawText(), line);
                break;
        }
    }

    private static List<List<string>> Read()
    {
        var transcripts = new List<List<string>>();
        List<string>? current = null;
        foreach (var line in File.ReadLines(Path.Combine(Repository.Root, "docs/server-protocol.md")))
        {
            if (line == "```transcript")
            {
                transcripts.Add(current = []);
            }
            else if (line == "```")
            {
                current = null;
            }
            else
            {
                current?.Add(line);
            }
        }

        return transcripts;
    }
}
