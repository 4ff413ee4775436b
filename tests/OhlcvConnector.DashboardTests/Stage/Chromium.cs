using Microsoft.Playwright;
using OhlcvConnector.DashboardTests.Stage;
using OhlcvConnector.Testing;

[assembly: AssemblyFixture(typeof(Chromium))]

namespace OhlcvConnector.DashboardTests.Stage;

/// <summary>
/// One chromium (Debian's package) for all tests, driven by Playwright. Where there is none, tests are skipped with the reason, which is a failure where
/// MUST_RUN is set.
/// </summary>
public sealed class Chromium : IAsyncDisposable
{
    private static readonly string[] Programs = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--enable-precise-memory-info", "--js-flags=--expose-gc",
    ];

    private readonly SemaphoreSlim _gate = new(1, 1);
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>The browser; skips the test where there is none.</summary>
    internal async Task<IBrowser> OpenAsync()
    {
        var program = Programs.FirstOrDefault(File.Exists);
        if (program is null)
        {
            throw Needed.Missing("There is no chromium (Debian's package).");
        }

        await _gate.WaitAsync();
        try
        {
            _playwright ??= await Playwright.CreateAsync();
            return _browser ??= await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = program, Args = Arguments });
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        _gate.Dispose();
    }
}
