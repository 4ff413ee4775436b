using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OhlcvConnector.NotificationTests;

/// <summary>What was sent to a hook.</summary>
internal sealed record Received(string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body, IFormCollection? Form)
{
    public string Text => System.Text.Encoding.UTF8.GetString(Body);

    public string Key => Headers.GetValueOrDefault("Idempotency-Key", "");
}

/// <summary>Somebody's webhook on loopback, which answers as a test wants: one way after the other, then 204.</summary>
internal sealed class Hook : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly CancellationTokenSource _end = new();

    private Hook(WebApplication application) => _application = application;

    public ConcurrentQueue<Func<HttpContext, Task>> Answers { get; } = new();

    public ConcurrentQueue<Received> Requests { get; } = new();

    public Uri Address => new(_application.Urls.First());

    public static async Task<Hook> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var application = builder.Build();
        var hook = new Hook(application);
        application.Run(hook.AnswerAsync);
        await application.StartAsync();
        return hook;
    }

    public static Func<HttpContext, Task> Status(int status, string body = "", params (string Name, string Value)[] headers) => async context =>
    {
        context.Response.StatusCode = status;
        foreach (var (name, value) in headers)
        {
            context.Response.Headers[name] = value;
        }

        await context.Response.WriteAsync(body);
    };

    public static Task Cut(HttpContext context)
    {
        context.Abort();
        return Task.CompletedTask;
    }

    public async Task Hang(HttpContext context)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_end.Token, context.RequestAborted);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, either.Token).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _application.StopAsync();
        await _application.DisposeAsync();
        _end.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        context.Request.Body = new MemoryStream(body.ToArray()); // what a form has of files is read after the answer
        var form = context.Request.HasFormContentType ? await context.Request.ReadFormAsync() : null;
        var headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        Requests.Enqueue(new Received(context.Request.Path + context.Request.QueryString, headers, body.ToArray(), form));
        await (Answers.TryDequeue(out var answer) ? answer(context) : Status(204)(context));
    }
}
