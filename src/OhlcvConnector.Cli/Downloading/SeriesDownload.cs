using OhlcvConnector.Application;
using OhlcvConnector.Cli.Computing;
using OhlcvConnector.Cli.Output;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Domain;
using OhlcvConnector.Indicators;
using OhlcvConnector.Infrastructure;

namespace OhlcvConnector.Cli.Downloading;

/// <summary>Reads the past of one series, to a stream or into a file.</summary>
/// <param name="session">The connector.</param>
/// <param name="request">The request, with an end.</param>
/// <param name="set">The indicators; null for none.</param>
/// <param name="format">csv or json.</param>
/// <param name="times">The style in which times are written.</param>
/// <param name="display">Shows how far it is.</param>
internal sealed class SeriesDownload(Session session, HistoryRequest request, IndicatorSet? set, string format, TimeStyle times, ProgressDisplay display)
{
    private readonly SeriesProgress _progress = display.Add(request.Interval, request.From, request.To!.Value);

    /// <summary>Whether flat candles stand where nothing was traded.</summary>
    public bool IsFlat { get; init; }

    /// <summary>True when candles are missing that should exist.</summary>
    public bool IsIncomplete { get; private set; }

    /// <summary>Number of candles that were written.</summary>
    public long Written { get; set; }

    /// <summary>The connector.</summary>
    public Connector Connector => session.Connector;

    /// <summary>True when the market leaves no candle out, so that each that is not there is missing.</summary>
    public bool IsGapless => SupportedExchanges.Find(request.Exchange).Markets.All(market => !market.OmitsQuietCandles);

    private IReadOnlyList<string> Columns => set?.Columns ?? [];

    /// <summary>A candle of the file: what is read must be of the same market, which only the connector's answer tells where the command names none.</summary>
    public HistoryRow? Sample { get; set; }

    /// <summary>Reads it to a stream.</summary>
    public Task ToStreamAsync(Stream output, CancellationToken cancellationToken) =>
        EndAsync(WriteAsync(request, Writer(output), file: null, end: null, cancellationToken));

    /// <summary>Reads it to its place in what several series write.</summary>
    public async Task ToTurnsAsync(OutputTurns turns, int place, CancellationToken cancellationToken)
    {
        try
        {
            var reading = WriteAsync(request, Writer(turns[place]), file: null, end: null, cancellationToken, () => turns.RoomAsync(place, cancellationToken));
            await EndAsync(reading).ConfigureAwait(false);
        }
        finally
        {
            turns.End(place);
        }
    }

    /// <summary>Reads it into a file: a new one, or one that has a part of it.</summary>
    /// <exception cref="UsageException">The file holds something else.</exception>
    /// <exception cref="IOException">Another run writes it.</exception>
    public Task ToFileAsync(FileInfo path, CancellationToken cancellationToken)
    {
        return EndAsync(HoldAsync());

        async Task HoldAsync()
        {
            if (path.FullName.StartsWith("/dev/", StringComparison.Ordinal))
            {
                throw HistoryFile.Unresumable(path.FullName);
            }

            // What is put in the place of the file must not take that of a link to it.
            var target = path.LinkTarget is null ? path.FullName : path.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
            using var hold = FileHold.Take(target);
            await IntoAsync(target, request, end: null, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Reads a range into a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="range">The range.</param>
    /// <param name="end">The end of that of which a lack is said; null for all of the range.</param>
    /// <param name="cancellationToken">Ends it; what was written is kept.</param>
    public async Task IntoAsync(string path, HistoryRequest range, DateTimeOffset? end, CancellationToken cancellationToken)
    {
        await new HistoryRepair(this, path, range).RunAsync(cancellationToken).ConfigureAwait(false);
        using var file = Open(path);
        if (file.ResumeAt is { } resumeAt)
        {
            resumeAt = file.HasCandles || resumeAt < range.From ? resumeAt : range.From; // of an open candle or a gap alone, all is asked for
            if (resumeAt >= range.To)
            {
                Say($"{Path.GetFileName(path)} has candles up to {QuoteFields.Time(resumeAt)}, the end of what is asked for.");
                return;
            }

            Say($"{Path.GetFileName(path)} has candles up to {QuoteFields.Time(resumeAt)}; going on from there.");
            range = range with { From = resumeAt }; // also when --from is later: a file has no hole
        }

        await WriteAsync(range, Writer(file.Stream), file, end, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Opens a file of this series.</summary>
    public HistoryFile Open(string path) => HistoryFile.Open(new FileInfo(path), format, request, session.IsSandbox, Columns, times);

    /// <summary>Makes a writer of lines.</summary>
    public IQuoteWriter Writer(Stream output) => QuoteWriters.Create(format, output, session.IsSandbox, Columns, times);

    /// <summary>The indicators at their beginning; null for none.</summary>
    public ValuedHistory? Values() => set is null ? null : NewValues();

    /// <summary>Says something on stderr.</summary>
    public void Say(string line) => display.Say(line);

    /// <summary>Checks the market of what is read.</summary>
    /// <exception cref="UsageException">The file is of another.</exception>
    public void Check(Market market)
    {
        if (Sample is { } row && row.Market != market.Name())
        {
            throw new UsageException($"The file holds {row}, not what is asked for. Choose another name, or say --market {row.Market}.");
        }
    }

    /// <summary>Says that candles are missing; a gap makes it incomplete.</summary>
    public void Miss(MissingCandles missing)
    {
        Check(missing.Series.Market);
        Say(QuoteFields.Words(missing));
        IsIncomplete |= missing.Kind == MissingKind.Gap;
    }

    private async Task EndAsync(Task reading)
    {
        try
        {
            await reading.ConfigureAwait(false);
        }
        finally
        {
            _progress.End(isWhole: reading.IsCompletedSuccessfully);
        }
    }

    private ValuedHistory NewValues() => new(session.Connector, set?.Clone(), session.MarketClock.GetUtcNow(), Say) { IsFlat = IsFlat };

    private async Task WriteAsync(
        HistoryRequest range, IQuoteWriter writer, HistoryFile? file, DateTimeOffset? end, CancellationToken cancellationToken, Func<Task>? room = null)
    {
        var isHeaderWanted = room is null && (file is null or { IsNew: true }); // several have one together
        _progress.Reach(range.From.ToUnixTimeMilliseconds());
        var written = 0L;
        MissingCandles? atEnd = null;
        try
        {
            await foreach (var (quote, values, _) in NewValues().ReadAsync(range with { OnMissing = Take }, file, cancellationToken).ConfigureAwait(false))
            {
                if (written++ == 0)
                {
                    Check(quote.Market);
                    Begin(quote.Market);
                }

                atEnd = null; // the quote carries it
                var length = writer.Length;
                writer.Write(quote, values);
                _progress.Receive(quote.CloseMs, writer.Length - length);
                await (room?.Invoke() ?? Task.CompletedTask).ConfigureAwait(false);
            }

            if (written == 0 && (atEnd is not null || file is null or { IsNew: true }))
            {
                Begin(atEnd?.Series.Market);
            }

            if (atEnd is not null)
            {
                writer.WriteGap(atEnd);
            }
        }
        finally
        {
            writer.Flush();
            Written += written;
        }

        void Begin(Market? market)
        {
            file?.Begin(market);
            if (isHeaderWanted)
            {
                writer.WriteHeader();
            }
        }

        void Take(MissingCandles missing)
        {
            _progress.Reach(missing.To.ToUnixTimeMilliseconds());
            if (missing.Kind == MissingKind.Gap)
            {
                atEnd = atEnd is null ? missing : atEnd with { To = missing.To, Reason = $"{atEnd.Reason}; {missing.Reason}" };
            }

            if (end is null || missing.From < end)
            {
                Miss(end < missing.To ? missing with { To = end.Value } : missing);
            }
        }
    }
}
