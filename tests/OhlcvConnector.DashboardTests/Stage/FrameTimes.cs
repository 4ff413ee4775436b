using System.Text.Json;
using Microsoft.Playwright;

namespace OhlcvConnector.DashboardTests.Stage;

/// <summary>
/// How long scripting, styles and layout took of each frame, out of a trace of the browser: the time that the page's main thread had a core, so that what else
/// runs on the machine does not count.
/// </summary>
internal sealed record FrameTimes(int Count, double Mean, double Median, double Ninety5)
{
    private static readonly HashSet<string> Work =
        ["FunctionCall", "EvaluateScript", "TimerFire", "FireAnimationFrame", "EventDispatch", "RunMicrotasks", "UpdateLayoutTree", "Layout", "MinorGC",
            "MajorGC", "WebSocketReceive", "HitTest", "PrePaint"];

    public static async Task<FrameTimes> MeasureAsync(IPage page, TimeSpan time)
    {
        var session = await page.Context.NewCDPSessionAsync(page);
        var events = new List<JsonElement>();
        var complete = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        session.Event("Tracing.dataCollected").OnEvent += (_, data) =>
        {
            lock (events)
            {
                events.AddRange(data!.Value.GetProperty("value").EnumerateArray().Select(one => one.Clone()));
            }
        };
        session.Event("Tracing.tracingComplete").OnEvent += (_, _) => complete.TrySetResult();
        await session.SendAsync("Tracing.start", new Dictionary<string, object>
        {
            ["transferMode"] = "ReportEvents",
            ["traceConfig"] = new Dictionary<string, object> { ["includedCategories"] = (string[])["devtools.timeline", "v8", "blink"] },
        });
        await page.WaitForTimeoutAsync((float)time.TotalMilliseconds);
        await session.SendAsync("Tracing.end");
        await complete.Task.WaitAsync(TimeSpan.FromMinutes(1));
        return Of(events);
    }

    /// <summary>A frame is what the page's main thread does from one animation frame to the next.</summary>
    private static FrameTimes Of(List<JsonElement> events)
    {
        var complete = events.Where(one => one.GetProperty("ph").GetString() == "X" && one.TryGetProperty("tdur", out _)).ToList();
        var thread = complete.Where(one => Name(one) == "FireAnimationFrame").GroupBy(Thread).MaxBy(group => group.Count())!.Key;
        var begins = complete.Where(one => Thread(one) == thread && Name(one) == "FireAnimationFrame").Select(Begin).Order().ToList();
        var work = complete.Where(one => Thread(one) == thread && Work.Contains(Name(one)))
            .Select(one => (Begin: Begin(one), End: Begin(one) + one.GetProperty("tdur").GetDouble()))
            .OrderBy(one => one.Begin).ThenByDescending(one => one.End).ToList();
        var sums = new double[begins.Count];
        var (frame, until) = (-1, 0.0);
        foreach (var (begin, end) in work)
        {
            while (frame + 1 < begins.Count && begins[frame + 1] <= begin)
            {
                frame++;
            }

            if (frame >= 0 && end > until)
            {
                sums[frame] += (end - Math.Max(begin, until)) / 1000; // what lies within another is counted once
            }

            until = Math.Max(until, end);
        }

        double[] sorted = [.. sums.Order()];
        return new FrameTimes(sorted.Length, sorted.Average(), sorted[sorted.Length / 2], sorted[(int)(sorted.Length * 0.95)]);
    }

    private static string Name(JsonElement one) => one.GetProperty("name").GetString()!;

    private static double Begin(JsonElement one) => one.GetProperty("tts").GetDouble();

    private static (int Process, int Thread) Thread(JsonElement one) => (one.GetProperty("pid").GetInt32(), one.GetProperty("tid").GetInt32());
}
