using OhlcvConnector.Application;
using OhlcvConnector.Cli.Computing;
using OhlcvConnector.Cli.Output;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Cli.Downloading;

/// <summary>
/// A history file written anew, with candles before and between those that it has. Nothing is written before there is something new; then the lines that it has
/// are copied, those behind something new with new values of their indicators.
/// </summary>
/// <param name="request">The request whose candles the file holds.</param>
/// <param name="old">The file as it is.</param>
/// <param name="first">The first candle of the file.</param>
/// <param name="part">The file in which it is written anew: new, or with candles that come before the first.</param>
/// <param name="writer">Writes lines there.</param>
/// <param name="values">The indicators, at their beginning; null for none.</param>
internal sealed class HistoryRewrite(HistoryRequest request, HistoryFile old, HistoryRow first, HistoryFile part, IQuoteWriter writer, ValuedHistory? values)
{
    private readonly Series _series = first.Series;
    private readonly HistoryLines _lines = old.Lines();
    private bool _isBehindNews;

    /// <summary>True when anything was written.</summary>
    public bool IsBegun { get; private set; }

    /// <summary>Begins with what the new file has before the first candle of the old one.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        IsBegun = true;
        _isBehindNews = !part.IsNew;
        if (values is not null && !(_isBehindNews && await values.TakeUpAsync(request, part, cancellationToken).ConfigureAwait(false)))
        {
            await values.BeginAsync(request, first.OpenTime, cancellationToken).ConfigureAwait(false);
        }

        part.Begin(_series.Market);
        if (part.IsNew)
        {
            writer.WriteHeader();
        }
    }

    /// <summary>Writes a candle that the old file lacks.</summary>
    /// <param name="quote">The candle.</param>
    /// <param name="position">Of the line in the old file that it comes before.</param>
    /// <param name="cancellationToken">Ends what has to be read for the indicators.</param>
    public async Task AddAsync(PriceQuote quote, long position, CancellationToken cancellationToken)
    {
        await ReachAsync(position, cancellationToken).ConfigureAwait(false);
        Write(quote);
    }

    /// <summary>Writes the candle of a line with another gap before it.</summary>
    public async Task MarkAsync(HistoryRow row, long position, Gap? gap, CancellationToken cancellationToken)
    {
        await ReachAsync(position, cancellationToken).ConfigureAwait(false);
        _lines.TryNext();
        Write(row.ToQuote(_series) with { GapBefore = gap });
    }

    /// <summary>Copies what is left, and waits until all of it is on the disk.</summary>
    public void Complete()
    {
        CopyTo(long.MaxValue);
        writer.Flush();
        part.Sync();
    }

    private async Task ReachAsync(long position, CancellationToken cancellationToken)
    {
        if (!IsBegun)
        {
            await BeginAsync(cancellationToken).ConfigureAwait(false);
        }

        CopyTo(position);
        _isBehindNews = true;
    }

    private void Write(in PriceQuote quote)
    {
        if (values is null)
        {
            writer.Write(quote, []);
            return;
        }

        var valued = values.Take(quote);
        writer.Write(valued.Quote, valued.Values);
    }

    private void CopyTo(long position)
    {
        if (values is null || !_isBehindNews)
        {
            writer.Flush();
        }

        while (_lines.Position < position && _lines.TryNext())
        {
            if (values is null)
            {
                part.Stream.Write(_lines.Line);
                continue;
            }

            var quote = _lines.Row!.ToQuote(_series); // all were looked at
            if (_isBehindNews)
            {
                Write(quote);
            }
            else
            {
                part.Stream.Write(_lines.Line);
                values.Take(quote);
            }
        }
    }
}
