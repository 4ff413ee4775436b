using System.Diagnostics;
using System.Text.Json;
using Microsoft.Playwright;
using OhlcvConnector.Testing;

namespace OhlcvConnector.DashboardTests.Stage;

/// <summary>
/// The rules of axe-core, which npm installs once into the folder of the build. Where that cannot be, tests are skipped with the reason, which is a failure
/// where MUST_RUN is set.
/// </summary>
internal static class Axe
{
    private const string Version = "4.14.1";

    private static readonly Lazy<Task<string>> Script = new(ReadAsync);

    /// <summary>The serious barriers of what a page shows now.</summary>
    /// <param name="page">The page.</param>
    /// <param name="isWhole">True for all of them; false for those that a theme can change: the contrast of its colours.</param>
    public static async Task<List<string>> BarriersAsync(IPage page, bool isWhole)
    {
        if (!await page.EvaluateAsync<bool>("'axe' in window"))
        {
            await page.EvaluateAsync(await ScriptAsync());
        }

        var violations = await page.EvaluateAsync<JsonElement>("""
            async (isWhole) => (await axe.run(document, { resultTypes: ['violations'], ...(isWhole ? {} : { runOnly: ['color-contrast'] }) })).violations
                .filter((one) => one.impact === 'serious' || one.impact === 'critical')
                .map((one) => ({ id: one.id, help: one.help, where: one.nodes.slice(0, 3)
                    .map((node) => `${node.target.join(' ')}: ${node.any[0]?.message ?? ''}`) }))
            """, isWhole);
        return [.. violations.EnumerateArray().Select(one => one.GetRawText())];
    }

    private static async Task<string> ScriptAsync()
    {
        try
        {
            return await Script.Value;
        }
        catch (Exception exception) when (exception is System.ComponentModel.Win32Exception or InvalidOperationException or IOException)
        {
            throw Needed.Missing($"axe-core could not be installed by npm: {exception.Message}");
        }
    }

    private static async Task<string> ReadAsync()
    {
        var folder = Path.Combine(ServerTests.Repository.Root, "artifacts", "axe");
        var file = Path.Combine(folder, "node_modules", "axe-core", "axe.min.js");
        if (!File.Exists(file))
        {
            Directory.CreateDirectory(folder);
            using var npm = Process.Start(new ProcessStartInfo(
                "npm", ["install", "--silent", "--no-audit", "--no-fund", "--prefix", folder, $"axe-core@{Version}"])
            { RedirectStandardError = true })!;
            var said = await npm.StandardError.ReadToEndAsync();
            await npm.WaitForExitAsync();
            if (npm.ExitCode != 0)
            {
                throw new InvalidOperationException(said);
            }
        }

        return await File.ReadAllTextAsync(file);
    }
}
