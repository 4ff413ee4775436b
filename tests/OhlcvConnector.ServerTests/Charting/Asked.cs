using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Shouldly;

namespace OhlcvConnector.ServerTests.Charting;

/// <summary>Asks a server over REST.</summary>
internal static class Asked
{
    /// <summary>Asks, and returns the status and the JSON that is answered.</summary>
    public static async Task<(int Status, JsonElement Body)> AskAsync(
        this ServerStage stage, HttpMethod method, string path, string? body = null, string? key = null, string? origin = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(stage.Server.HealthAddress!, path));
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        }

        if (key is not null)
        {
            request.Headers.Add("X-Api-Key", key);
        }

        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        using var answer = await stage.Http.SendAsync(request);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return ((int)answer.StatusCode, json.RootElement.Clone());
    }

    /// <summary>Asks what must be answered, and checks the answer by its description.</summary>
    public static async Task<JsonElement> GetDescribedAsync(this ServerStage stage, string path, string? route = null)
    {
        var (status, body) = await stage.AskAsync(HttpMethod.Get, path);
        status.ShouldBe(200, body.GetRawText());
        Described.Mistakes(await Described.ByAsync(stage), route ?? path.Split('?')[0], "get", "200", body).ShouldBeEmpty();
        return body;
    }

    /// <summary>Asks what must be refused, and returns the words.</summary>
    public static async Task<string> RefusedAsync(this ServerStage stage, HttpMethod method, string path, string? body, int status)
    {
        var (found, answer) = await stage.AskAsync(method, path, body);
        found.ShouldBe(status, answer.GetRawText());
        return answer.Text("message")!;
    }
}
