using System.Collections.Concurrent;
using OhlcvConnector.Cli.Output;
using OhlcvConnector.Cli.Settings;

namespace OhlcvConnector.Cli.Downloading;

/// <summary>Reads the past of several series at the same time, a few of each exchange. One that fails does not end the others.</summary>
/// <param name="jobs">The series.</param>
/// <param name="display">The display of how it goes.</param>
/// <param name="isTerminal">True when a person looks at the display, who sees how far it is anyhow.</param>
internal sealed class ManyDownloads(IReadOnlyList<DownloadJob> jobs, ProgressDisplay display, bool isTerminal)
{
    private const int OfAnExchange = 3; // as many as keep it answering; how fast they go is the connector's business

    // from harmless to bad
    private static readonly int[] Severity = [ExitCode.Done, ExitCode.Incomplete, ExitCode.Usage, ExitCode.Failed];

    private readonly ConcurrentDictionary<DownloadJob, int> _codes = new();

    /// <summary>Reads all.</summary>
    /// <returns>The worst of their exit codes.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var workers = jobs.GroupBy(job => job.Target.Exchange, StringComparer.OrdinalIgnoreCase).SelectMany(exchange =>
        {
            var queue = new ConcurrentQueue<DownloadJob>(exchange);
            return Enumerable.Range(0, OfAnExchange).Select(_ => Task.Run(() => WorkAsync(queue, stop), CancellationToken.None));
        });
        await Task.WhenAll(workers).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        display.Say(Summary());
        return _codes.Values.MaxBy(code => Array.IndexOf(Severity, code));
    }

    private async Task WorkAsync(ConcurrentQueue<DownloadJob> queue, CancellationTokenSource stop)
    {
        while (!stop.IsCancellationRequested && queue.TryDequeue(out var job))
        {
            try
            {
                await job.RunAsync(stop.Token).ConfigureAwait(false);
                _codes[job] = job.Download.IsIncomplete ? ExitCode.Incomplete : ExitCode.Done;
                if (!isTerminal)
                {
                    var where = job.File is null ? "" : $" written to {job.File.Name}";
                    display.Say($"{job.Target}: {job.Download.Written} candles{where}{(job.Download.IsIncomplete ? ", and some are missing" : "")}.");
                }
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (exception is ClosedPipeException || (exception is IOException error && ClosedPipeException.Means(error)))
            {
                await stop.CancelAsync().ConfigureAwait(false); // nobody reads what the others bring either
                throw;
            }
            catch (Exception exception) // the others go on; how it ends is said in words, and by the exit code
            {
                var (code, words) = CliProgram.Explain(exception);
                _codes[job] = code;
                display.Say($"error: {job.Target}: {words}");
            }
        }
    }

    private string Summary()
    {
        var whole = jobs.Count(job => _codes[job] == ExitCode.Done);
        return $"{whole} of {jobs.Count} series are whole{Those(ExitCode.Incomplete, "incomplete")}{Those(ExitCode.Usage, "refused")}{Those(ExitCode.Failed, "failed")}.";

        string Those(int code, string word) =>
            jobs.Where(job => _codes[job] == code).Select(job => job.Target).ToList() is { Count: > 0 } targets
                ? $"; {word}: {string.Join(", ", targets)}"
                : "";
    }
}

/// <summary>Download of one series of several.</summary>
/// <param name="Target">The target of the download: which series it is.</param>
/// <param name="Download">Reads it.</param>
/// <param name="File">Into which file; null for stdout.</param>
/// <param name="RunAsync">Reads it to where it belongs.</param>
internal sealed record DownloadJob(SeriesTarget Target, SeriesDownload Download, FileInfo? File, Func<CancellationToken, Task> RunAsync);
