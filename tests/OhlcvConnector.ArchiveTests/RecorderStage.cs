using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Domain;
using OhlcvConnector.Testing;

namespace OhlcvConnector.ArchiveTests;

/// <summary>A recorder with an exchange that says what a test wants, and a disk that fails when it should.</summary>
internal sealed class RecorderStage : IPriceFeedRepository, IPriceHistoryRepository, IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    public RecorderStage(ICandleArchive archive, params IReadOnlyCollection<Series> series)
    {
        Archive = archive;
        Disk = new TroubledArchive(archive);
        Recorder = new KeepCandles(this, this, Disk, Clock, Timer) { OnTrouble = Troubles.Enqueue };
        _running = Recorder.RunAsync(series, _stop.Token);
    }

    public ICandleArchive Archive { get; }

    public TroubledArchive Disk { get; }

    public KeepCandles Recorder { get; }

    public ManualTimeProvider Clock { get; } = new(DateTimeOffset.FromUnixTimeMilliseconds(Candles.T0).AddDays(60));

    public ManualTimeProvider Timer { get; } = new();

    public ConcurrentQueue<string> Troubles { get; } = [];

    /// <summary>What was subscribed, and since when.</summary>
    public ConcurrentDictionary<Series, DateTimeOffset?> Followed { get; } = [];

    /// <summary>What the exchange's history has.</summary>
    public ConcurrentDictionary<(Series Series, long OpenMs), PriceQuote> Past { get; } = [];

    public Task Running => _running;

    private Channel<PriceQuote> Live { get; } = Channel.CreateUnbounded<PriceQuote>();

    /// <summary>Brings candles live; history has them, too.</summary>
    public void Bring(params IEnumerable<PriceQuote> quotes)
    {
        foreach (var quote in quotes)
        {
            Past[(quote.Series, quote.OpenMs)] = quote;
            Live.Writer.TryWrite(quote);
        }
    }

    /// <summary>Waits until the recorder's counts are as expected.</summary>
    public Task UntilAsync(Func<KeepingCounts, bool> condition, string because) => Eventually.TrueAsync(
        () =>
        {
            Timer.Advance(TimeSpan.FromSeconds(1));
            return condition(Recorder.Counts);
        },
        because + $" ({Recorder.Counts})");

    public IPriceFeed Open(IReadOnlyCollection<Series> series, DateTimeOffset? since = null)
    {
        foreach (var one in series)
        {
            Followed[one] = since;
        }

        return new Feed(this);
    }

    public async IAsyncEnumerable<PriceQuote> ReadAsync(
        Series series, DateTimeOffset from, DateTimeOffset to, bool includeOpen = false, Action<MissingCandles>? missing = null, bool waitForLate = true,
            [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        foreach (var quote in Past.Values.Where(quote => quote.Series.Equals(series) && quote.OpenTime >= from && quote.OpenTime < to).OrderBy(quote =>
            quote.OpenMs).ToList())
        {
            yield return quote;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Archive.DisposeAsync();
        _stop.Dispose();
    }

    private sealed class Feed(RecorderStage stage) : IPriceFeed
    {
        public IAsyncEnumerable<PriceQuote> ReadAllAsync(CancellationToken cancellationToken = default) => stage.Live.Reader.ReadAllAsync(cancellationToken);

        public void Add(Series series, DateTimeOffset? since = null) => stage.Followed[series] = since;

        public void Remove(Series series) => stage.Followed.TryRemove(series, out _);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

/// <summary>An archive whose disk is full, or refuses, while a test says so.</summary>
internal sealed class TroubledArchive(ICandleArchive archive) : ICandleArchive
{
    public volatile bool IsFull;

    public bool IsSimulated => archive.IsSimulated;

    public string Location => archive.Location;

    public Task<AppendCounts> AppendAsync(IReadOnlyList<PriceQuote> candles, IReadOnlyList<SeriesCoverage> covered,
        CancellationToken cancellationToken = default) =>
        IsFull ? throw new ArchiveException(ArchiveTrouble.Full, "there is no room") : archive.AppendAsync(candles, covered, cancellationToken);

    public IAsyncEnumerable<PriceQuote> ReadAsync(Series series, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken = default) =>
        archive.ReadAsync(series, from, to, cancellationToken);

    public Task<IReadOnlyList<CoverageRange>> CoverageAsync(Series series, DateTimeOffset from, DateTimeOffset to,
        CancellationToken cancellationToken = default) => archive.CoverageAsync(series, from, to, cancellationToken);

    public Task<DateTimeOffset?> LastOpenTimeAsync(Series series, CancellationToken cancellationToken = default) =>
        archive.LastOpenTimeAsync(series, cancellationToken);

    public Task<IReadOnlyList<Series>> ListAsync(CancellationToken cancellationToken = default) => archive.ListAsync(cancellationToken);

    public Task<SeriesHoldings> HoldingsAsync(Series series, CancellationToken cancellationToken = default) => archive.HoldingsAsync(series, cancellationToken);

    public Task<IReadOnlyList<CandleRevision>> RevisionsAsync(Series series, DateTimeOffset from, DateTimeOffset to,
        CancellationToken cancellationToken = default) => archive.RevisionsAsync(series, from, to, cancellationToken);

    public Task<long> ReviseAsync(IReadOnlyList<CandleRevision> revisions, CancellationToken cancellationToken = default) =>
        archive.ReviseAsync(revisions, cancellationToken);

    public Task<long> SizeAsync(CancellationToken cancellationToken = default) => archive.SizeAsync(cancellationToken);

    public Task CompactAsync(CancellationToken cancellationToken = default) => archive.CompactAsync(cancellationToken);

    public Task<long> ForgetAsync(Series series, DateTimeOffset before, CancellationToken cancellationToken = default) =>
        archive.ForgetAsync(series, before, cancellationToken);

    public Task<int> KeepListingAsync(IReadOnlyList<Instrument> listed, DateTimeOffset readAt, CancellationToken cancellationToken = default) =>
        IsFull ? throw new ArchiveException(ArchiveTrouble.Full, "there is no room") : archive.KeepListingAsync(listed, readAt, cancellationToken);

    public Task<IReadOnlyList<KeptListing>> ListingsAsync(CancellationToken cancellationToken = default) => archive.ListingsAsync(cancellationToken);

    public ValueTask DisposeAsync() => archive.DisposeAsync();
}
