using System.Text;
using OhlcvConnector.DashboardTests.Stage;
using Shouldly;

namespace OhlcvConnector.DashboardTests;

/// <summary>
/// Where everything of each page is, at three widths, beside what is written down in Layout.txt. Prices move and letters differ between machines, so heights of
/// texts do not count: what counts is the frame, the columns, the distances, and that nothing lies over something else.
/// </summary>
public sealed class LayoutTests(Chromium chromium)
{
    private const int Patient = 60; // looks without a change after which a page will not be another
    private const int Hasty = 8;    // the same once something has differed

    private static readonly (int Width, int Height)[] Sizes = [(360, 740), (1440, 900), (3840, 2160)];

    private const string Look = """
        () => {
            const near = (number) => Math.round(number / 4) * 4;
            const box = (one) => one.getBoundingClientRect();
            const isShown = (one) => one.checkVisibility() && box(one).height > 1 && !/absolute|fixed/.test(getComputedStyle(one).position);
            const said = (one) => one.textContent.trim().slice(0, 40);
            const lines = ['.sandbox', '.header', '.nav', 'main'].map((name) => {
                const at = box(document.querySelector(name));
                return `${name}: ${near(at.left)}, ${near(at.top)}, ${near(at.width)} x ${near(at.height)}`;
            });
            const kinds = ['.page-head', 'h1', 'h2', '.paper-note', '.tabs', '.toolbar', '.table', '[role=columnheader]', '.split', '.cards', '.accounts',
                '.card', '.stack', '.form', '.field', '.facts', '.chart-grid', '.chart-cell', '.chart-box'];
            const before = (one) => {
                let other = one.previousElementSibling;
                while (other && !isShown(other)) { other = other.previousElementSibling; }
                return other;
            };
            const place = (one) => {
                const [at, other] = [box(one), before(one)];
                const last = other && box(other);
                return !last ? '' : at.top >= last.bottom - 2 ? `, ${near(at.top - last.bottom)} below`
                    : at.left < last.right - 2 && last.left < at.right - 2 ? ', OVER THE ONE BEFORE' : `, ${near(at.left - last.right)} beside`;
            };
            for (const one of document.querySelectorAll(kinds.map((kind) => `main ${kind}`).join())) {
                if (!isShown(one) || one.closest('.signal, .card:has(.degraded), dialog, .toolbar .field')) { continue; }
                const kind = kinds.find((name) => one.matches(name));
                const [at, look] = [box(one), getComputedStyle(one)];
                if (/^h\d/.test(kind)) {
                    lines.push(`${kind} ${said(one)}: ${near(at.left)}, letters of ${look.fontSize}`);
                } else {
                    const name = kind === '.field' ? ` ${said(one.firstElementChild)}` : kind === '[role=columnheader]' ? ` ${said(one)}`
                        : kind === '.card' ? ` ${one.ariaLabel ?? ''}` : '';
                    const columns = look.display === 'grid' ? `, ${look.gridTemplateColumns.split(' ').length} columns` : '';
                    const padding = kind === '.card' ? `, padding ${look.padding}` : '';
                    lines.push(`${kind}${name}: ${near(at.left)}, ${near(at.width)} wide${place(one)}${columns}${padding}`);
                }
            }
            return lines.join('\n') + '\n';
        }
        """;

    [Fact]
    public async Task Each_page_is_laid_out_as_is_written_down()
    {
        var stored = Path.Combine(ServerTests.Repository.Root, "tests", "OhlcvConnector.DashboardTests", "Layout.txt");
        var known = File.Exists(stored) ? await File.ReadAllTextAsync(stored) : "";
        await using var stage = await DashboardStage.SetAsync();
        await using var watched = await Watched.OpenAsync(await chromium.OpenAsync(), stage.Address, follow: Contents.Followed);
        await Contents.FillAsync(stage);
        var run = (await stage.AskAsync("/api/v1/backtests")).GetProperty("backtests")[0].GetProperty("id").GetString();
        var pictures = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "layout"));
        var seen = new StringBuilder();
        foreach (var name in Watched.Pages)
        {
            await watched.GoAsync(name switch { "chart" => "chart?s=binance|spot|BTC/USDT&i=5m", "analytics" => $"analytics?run={run}", _ => name });
            await watched.ReadyAsync();
            foreach (var (width, height) in Sizes)
            {
                await watched.Page.SetViewportSizeAsync(width, height);
                var head = $"== {name}, {width} px\n";
                var patience = known.StartsWith(seen.ToString(), StringComparison.Ordinal) ? Patient : Hasty;
                var text = head + await SettledAsync(watched, one => known.Contains($"{head}{one}\n", StringComparison.Ordinal), patience);
                seen.Append(text).Append('\n');
                if (!known.Contains(text + '\n', StringComparison.Ordinal))
                {
                    await watched.Page.ScreenshotAsync(new() { Path = Path.Combine(pictures.FullName, $"{name}-{width}.png") });
                }
            }
        }

        await watched.NothingWrongAsync();
        var received = Path.Combine(AppContext.BaseDirectory, "Layout.txt");
        await File.WriteAllTextAsync(received, seen.ToString());
        var (before, now) = (Lines(known), Lines(seen.ToString()));
        before.Except(now).Select(line => $"was {line}").Concat(now.Except(before).Select(line => $"is {line}")).ShouldBeEmpty(
            $"Pictures of what differs are in {pictures.FullName}. If it is meant so: cp {received} {stored}");
    }

    /// <summary>Lines that each say where they are: page, width and number.</summary>
    private static List<string> Lines(string text) =>
        [.. text.Split("== ").SelectMany(page => page.Split('\n').Select((line, index) => $"{page.Split('\n')[0]}, line {index}: {line}"))];

    /// <summary>The layout once it is the one that is known, or when it has not changed for long.</summary>
    private static async Task<string> SettledAsync(Watched watched, Func<string, bool> isKnown, int patience)
    {
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        var (text, same) = ("", 0);
        while (same < patience)
        {
            var now = await watched.Page.EvaluateAsync<string>(Look);
            if (isKnown(now))
            {
                return now;
            }

            (text, same) = (now, now == text ? same + 1 : 0);
            await looks.WaitForNextTickAsync();
        }

        return text;
    }
}
