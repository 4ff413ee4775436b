using System.Globalization;
using ScottPlot;
using SkiaSharp;

namespace OhlcvConnector.Trading.Reports;

/// <summary>Draws a run as one PNG picture: equity beside buying and holding, drawdown, and the first series' price with its trades.</summary>
public static class PngReport
{
    private const int Width = 1400;
    private const int Head = 118;
    private const int Foot = 34;
    private static readonly string[] Faces = ["Inter", "Segoe UI", "Helvetica Neue", "Arial", "Liberation Sans", "Noto Sans", "DejaVu Sans"];
    private static readonly string Face = Faces.FirstOrDefault(SKFontManager.Default.FontFamilies.Contains) ?? Fonts.Sans;
    private static readonly int[] Heights = [360, 170, 420];
    private static readonly Color Ours = Color.FromHex("#2563eb");
    private static readonly Color Hold = Color.FromHex("#94a3b8");
    private static readonly Color Up = Color.FromHex("#0f9d76");
    private static readonly Color Down = Color.FromHex("#d64550");
    private static readonly Color Soft = Color.FromHex("#5d6b7a");

    /// <summary>Writes the picture.</summary>
    /// <param name="output">Where to; it stays open.</param>
    /// <param name="subject">The run.</param>
    public static void Write(Stream output, ReportSubject subject)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(subject);
        var curve = DrawnCurve.Of(subject.Result, subject.BenchmarkFrom);
        Plot[] plots = [OfEquity(curve), OfDrawdown(curve), OfCandles(subject.Result)];
        using var surface = SKSurface.Create(new SKImageInfo(Width, Head + Heights.Sum() + Foot));
        var canvas = surface.Canvas;
        canvas.Clear(SKColors.White);
        WriteHead(canvas, subject);
        var top = Head;
        var (from, to) = (Date(subject.Statistics.Start.ToUnixTimeMilliseconds()), Date(curve.TimesMs[^1]));
        for (var i = 0; i < plots.Length; i++)
        {
            plots[i].Axes.SetLimitsX(from - ((to - from) * 0.01), to + ((to - from) * 0.01));
            plots[i].Render(canvas, new PixelRect(0, Width, top + Heights[i], top));
            top += Heights[i];
        }

        Write(canvas, $"{ReportSubject.Notice}{(subject.IsSandbox ? " SANDBOX: the candles are simulated." : "")}", 24, top + 20, 15, "#5d6b7a");
        using var image = surface.Snapshot();
        using var data = image.Encode(SKEncodedImageFormat.Png, 100);
        data.SaveTo(output);
    }

    private static void WriteHead(SKCanvas canvas, ReportSubject subject)
    {
        var of = subject.Statistics;
        Write(canvas, subject.IsSandbox ? "BACKTEST  SANDBOX" : "BACKTEST", 24, 32, 15, "#b45309", isBold: true);
        var series = subject.Result.Data.Count == 1 ? subject.Result.Data[0].Name : $"{subject.Result.Data[0].Name} and {subject.Result.Data.Count - 1} more";
        Write(canvas, $"{subject.Strategy} on {series}", 24, 66, 28, "#1b2430", isBold: true);
        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"{of.Start:yyyy-MM-dd} to {of.End:yyyy-MM-dd}    return {Figures.Percent(of.ReturnPercent)}    buy and hold {Figures.Percent(of.BuyAndHoldReturnPercent)}    Sharpe {Figures.Plain(of.SharpeRatio)}    deepest drawdown {Figures.Percent(of.MaxDrawdownPercent)}    {of.Trades} trades    {subject.SettingsInWords}");
        Write(canvas, line, 24, 96, 17, "#5d6b7a");
    }

    private static void Write(SKCanvas canvas, string text, float x, float y, float size, string color, bool isBold = false)
    {
        using var face = Fonts.GetTypeface(Face, isBold, italic: false);
        using var font = new SKFont(face, size);
        using var paint = new SKPaint { Color = SKColor.Parse(color), IsAntialias = true };
        canvas.DrawText(text, x, y, font, paint);
    }

    private static Plot OfEquity(DrawnCurve curve)
    {
        var plot = Empty("equity");
        var times = curve.TimesMs.Select(Date).ToArray();
        var hold = plot.Add.ScatterLine(times, [.. curve.Hold], Hold);
        (hold.LineWidth, hold.LegendText) = (1.6f, "buy and hold, no costs");
        var ours = plot.Add.ScatterLine(times, [.. curve.Equity], Ours);
        (ours.LineWidth, ours.LegendText) = (2.2f, "strategy");
        var legend = plot.ShowLegend(Alignment.UpperLeft);
        (legend.OutlineWidth, legend.FontSize, legend.ShadowColor) = (0, 14, Colors.Transparent);
        return plot;
    }

    private static Plot OfDrawdown(DrawnCurve curve)
    {
        var plot = Empty("drawdown %");
        var times = curve.TimesMs.Select(Date).ToArray();
        var line = plot.Add.ScatterLine(times, [.. curve.Drawdown.Select(value => value * 100)], Down);
        (line.LineWidth, line.FillY, line.FillYColor) = (1.2f, true, Down.WithAlpha(0.22));
        return plot;
    }

    private static Plot OfCandles(BacktestResult result)
    {
        var plot = Empty("price");
        var series = result.Data[0];
        var traded = series.Candles.Where(candle => candle.OpenMs >= result.FromMs).ToList();
        var candles = DrawnCandles.Of(traded.Count > 0 ? traded : series.Candles, most: 330).Candles;
        var drawn = plot.Add.Candlestick(candles.Select(Bar).ToList());
        (drawn.RisingColor, drawn.FallingColor) = (Up, Down);
        var trades = result.Trades.Where(trade => trade.Series == result.Series[0]).ToList();
        foreach (var trade in trades)
        {
            var line = plot.Add.Line(Date(trade.EntryMs), (double)trade.EntryPrice, Date(trade.ExitMs), (double)trade.ExitPrice);
            (line.LineColor, line.LineWidth, line.LinePattern) = (trade.Profit > 0 ? Up : Down, 1.4f, LinePattern.Dashed);
        }

        if (trades.Count <= 200)
        {
            Mark(plot, [.. trades.Where(trade => trade.Side == Side.Buy)], MarkerShape.FilledTriangleUp, Ours);
            Mark(plot, [.. trades.Where(trade => trade.Side == Side.Sell)], MarkerShape.FilledTriangleDown, Color.FromHex("#b45309"));
        }

        return plot;
    }

    private static void Mark(Plot plot, List<Trade> trades, MarkerShape shape, Color color)
    {
        if (trades.Count > 0)
        {
            plot.Add.Markers(
                trades.Select(trade => Date(trade.EntryMs)).ToArray(), trades.Select(trade => (double)trade.EntryPrice).ToArray(), shape, 10, color);
        }
    }

    private static Plot Empty(string label)
    {
        var plot = new Plot();
        plot.RenderManager.ClearCanvasBeforeEachRender = false; // all are drawn on one
        plot.Font.Set(Face);
        plot.Axes.DateTimeTicksBottom().TickGenerator = new ScottPlot.TickGenerators.DateTimeAutomatic
        {
            LabelFormatter = time => time.ToString(time.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "MM-dd HH:mm", CultureInfo.InvariantCulture),
        };
        plot.Axes.Left.Label.Text = label;
        (plot.Axes.Left.Label.FontSize, plot.Axes.Left.Label.Bold, plot.Axes.Left.Label.ForeColor) = (15, false, Soft);
        plot.Axes.Left.MinimumSize = 90;
        plot.Axes.Left.MaximumSize = 90;
        plot.Axes.Right.MinimumSize = 24;
        plot.Axes.Color(Soft);
        plot.Axes.Top.FrameLineStyle.Width = 0;
        plot.Axes.Right.FrameLineStyle.Width = 0;
        plot.Grid.MajorLineColor = Color.FromHex("#eceff3");
        return plot;
    }

    private static OHLC Bar(Candle candle) => new(
        (double)candle.Open, (double)candle.High, (double)candle.Low, (double)candle.Close, candle.OpenTime.UtcDateTime,
        TimeSpan.FromMilliseconds(candle.CloseMs - candle.OpenMs));

    private static double Date(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms).UtcDateTime.ToOADate();
}
