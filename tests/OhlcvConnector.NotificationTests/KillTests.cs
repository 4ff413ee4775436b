using System.Diagnostics;
using System.Globalization;
using OhlcvConnector.Application.Notifications;
using OhlcvConnector.ArchiveTests;
using Shouldly;

namespace OhlcvConnector.NotificationTests;

/// <summary>A program that is killed (<c>kill -9</c>) while it tells, and given all notices again when it runs again.</summary>
public class KillTests
{
    private const int Many = 120;

    /// <summary>The terminal's program where it was built, with all that it needs beside it.</summary>
    internal static readonly string Program = Path.Combine(
        AppContext.BaseDirectory.Replace("OhlcvConnector.NotificationTests", "OhlcvConnector.Cli", StringComparison.Ordinal), "connector-cli.dll");


    [Fact]
    public async Task What_was_kept_is_told_once_through_kills()
    {
        using var folder = new TestFolder();
        await using var hook = await Hook.StartAsync();
        for (var kill = 1; kill <= 3; kill++)
        {
            using var program = Start(folder, hook);
            var reading = program.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var giving = GiveAsync(program);
            await Testing.Eventually.TrueAsync(() => hook.Requests.Count >= kill * 25, "some are told");
            program.Kill();
            await program.WaitForExitAsync(TestContext.Current.CancellationToken);
            await giving;
            await reading;
        }

        using var last = Start(folder, hook);
        var told = last.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await GiveAsync(last);
        await last.WaitForExitAsync(TestContext.Current.CancellationToken);

        last.ExitCode.ShouldBe(0);
        (await told).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(Many);
        var times = hook.Requests.GroupBy(request => request.Key).ToDictionary(group => group.Key, group => group.Count());
        times.Keys.Order().ShouldBe(Enumerable.Range(0, Many).Select(IdOf).Order());
        times.Values.Sum(count => count - 1).ShouldBeLessThanOrEqualTo(3); // one for each kill that came between the telling and the writing down
    }

    private static Process Start(TestFolder folder, Hook hook)
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [Program, "notify", "send", "-", "--store", folder.File, "--wait", "60", "--config", $$"""{ "channels": { "hook": { "type": "webhook", "url": "{{hook.Address}}" } } }"""])
        { RedirectStandardInput = true, RedirectStandardOutput = true };
        return Process.Start(start)!;
    }

    /// <summary>Gives all of them, as who starts again does, unless the program dies before.</summary>
    private static async Task GiveAsync(Process program)
    {
        try
        {
            for (var number = 0; number < Many; number++)
            {
                await program.StandardInput.WriteLineAsync(NoticeJson.Of(Stage.Notice(IdOf(number))));
            }

            program.StandardInput.Close();
        }
        catch (IOException)
        {
            // it was killed
        }
    }

    private static string IdOf(int number) => string.Create(CultureInfo.InvariantCulture, $"n{number:000}");
}
