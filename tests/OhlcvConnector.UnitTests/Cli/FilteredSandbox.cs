using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OhlcvConnector.UnitTests.Cli;

/// <summary>A sandbox whose Binance lacks the candles that the test says, and whose answers the test can hold back.</summary>
internal sealed class FilteredSandbox : IAsyncDisposable
{
    private static readonly string[] Forwarded = ["Date", "X-Sandbox"];

    private readonly SandboxServer _sandbox;
    private readonly WebApplication _front;
    private readonly HttpClient _http = new();

    private FilteredSandbox(SandboxServer sandbox, WebApplication front) => (_sandbox, _front) = (sandbox, front);

    /// <summary>Which candles are not there.</summary>
    public Func<DateTimeOffset, bool> Lacks { get; set; } = _ => false;

    /// <summary>What is waited for before candles are answered that open from a moment on.</summary>
    public Func<DateTimeOffset, Task> Before { get; set; } = _ => Task.CompletedTask;

    /// <summary>From when on candles were asked for, one for each question.</summary>
    public ConcurrentQueue<DateTimeOffset> Questions { get; } = [];

    public string Option => $"--sandbox={_front.Urls.Single()}";

    public static async Task<FilteredSandbox> StartAsync(SandboxOptions options)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var front = builder.Build();
        var made = new FilteredSandbox(await SandboxServer.StartAsync(options), front);
        front.Run(made.AnswerAsync);
        await front.StartAsync();
        return made;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _front.DisposeAsync();
        await _sandbox.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var isHistory = context.Request.Path.Value!.EndsWith("klines", StringComparison.Ordinal);
        if (isHistory)
        {
            var from = Moment(long.Parse(context.Request.Query["startTime"]!, CultureInfo.InvariantCulture));
            Questions.Enqueue(from);
            await Before(from).WaitAsync(context.RequestAborted);
        }

        using var answer = await _http.GetAsync(
            new Uri(_sandbox.BaseAddress, $"{context.Request.Path.Value.TrimStart('/')}{context.Request.QueryString}"), context.RequestAborted);
        var body = await answer.Content.ReadAsStringAsync(context.RequestAborted);
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var name in Forwarded.Where(answer.Headers.Contains))
        {
            context.Response.Headers[name] = string.Join(',', answer.Headers.GetValues(name));
        }

        await context.Response.WriteAsync(isHistory ? Without(body) : body, context.RequestAborted);
    }

    private string Without(string body)
    {
        var rows = JsonNode.Parse(body)!.AsArray();
        foreach (var row in rows.Where(row => Lacks(Moment((long)row![0]!))).ToList())
        {
            rows.Remove(row);
        }

        return rows.ToJsonString();
    }

    private static DateTimeOffset Moment(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
