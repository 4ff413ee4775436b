using System.Collections.Concurrent;
using Microsoft.Playwright;
using Shouldly;

namespace OhlcvConnector.DashboardTests.Stage;

/// <summary>A page of the dashboard, and what goes wrong on it: violations of its security policy, errors of scripts, requests elsewhere.</summary>
internal sealed class Watched : IAsyncDisposable
{
    /// <summary>The pages, by the names that stand in their addresses.</summary>
    public static readonly string[] Pages = ["markets", "chart", "signals", "portfolio", "analytics", "health", "settings"];

    private const float Patience = 180_000; // milliseconds, on a busy machine

    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _wrong = new();
    private readonly Uri _address;

    private Watched(IBrowserContext context, IPage page, Uri address) => (_context, Page, _address) = (context, page, address);

    public IPage Page { get; }

    public IBrowserContext Context => _context;

    public static async Task<Watched> OpenAsync(
        IBrowser browser, Uri address, string page = "markets", IReadOnlyList<string>? follow = null, (int Width, int Height)? size = null, bool isDark = true)
    {
        var context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = size?.Width ?? 1280, Height = size?.Height ?? 800 },
            ColorScheme = isDark ? ColorScheme.Dark : ColorScheme.Light,
            ReducedMotion = ReducedMotion.Reduce,
            AcceptDownloads = true,
        });
        context.SetDefaultTimeout(Patience);
        Assertions.SetDefaultExpectTimeout(Patience); // 5 s otherwise
        var watched = new Watched(context, await context.NewPageAsync(), address);
        var keys = follow is null ? "null" : System.Text.Json.JsonSerializer.Serialize(follow);
        await watched.Page.AddInitScriptAsync($$"""
            window.violations = [];
            addEventListener('securitypolicyviolation', (event) => violations.push(`${event.violatedDirective} ${event.blockedURI}`));
            const follow = {{keys}};
            if (follow && !localStorage.getItem('ohlcv.watched')) { localStorage.setItem('ohlcv.watched', JSON.stringify(follow)); }
            """);
        watched.Page.PageError += (_, error) => watched._wrong.Enqueue($"script: {error}");
        watched.Page.Request += (_, request) =>
        {
            if (new Uri(request.Url) is { IsFile: false, Scheme: "http" or "https" or "ws" or "wss" } asked && asked.Authority != address.Authority)
            {
                watched._wrong.Enqueue($"asks elsewhere: {request.Url}");
            }
        };
        watched.Page.Console += (_, message) =>
        {
            if (message.Text.Contains("Content Security Policy", StringComparison.Ordinal))
            {
                watched._wrong.Enqueue(message.Text);
            }
        };
        await watched.GoAsync(page);
        return watched;
    }

    /// <summary>Goes to a page.</summary>
    public async Task GoAsync(string page)
    {
        await Page.GotoAsync(new Uri(_address, $"/#/{page}").AbsoluteUri, new PageGotoOptions { WaitUntil = WaitUntilState.Load });
        await Page.WaitForSelectorAsync($"main.page-{page.Split('?')[0]}");
    }

    /// <summary>Waits until the page has drawn what it loads later, and is connected.</summary>
    public async Task ReadyAsync()
    {
        await Page.WaitForSelectorAsync("[data-link=open]");
        await Page.WaitForFunctionAsync("() => !document.querySelector('main > .empty')");
    }

    /// <summary>Nothing went wrong so far.</summary>
    public async Task NothingWrongAsync()
    {
        (await Page.EvaluateAsync<string[]>("violations")).ShouldBeEmpty();
        _wrong.ShouldBeEmpty();
    }

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();
}
