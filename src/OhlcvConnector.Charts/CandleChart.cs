using System.Globalization;
using OhlcvConnector.Domain;
using ScottPlot;

namespace OhlcvConnector.Charts;

/// <summary>Chart of candles with their volume and markers, drawn as a PNG.</summary>
public sealed record CandleChart
{
    private const double VolumeShare = 0.18; // of the height
    private const double SymbolWidth = 0.7;
    private const int FewestTicks = 3;
    private const int PixelsPerTick = 120;
    private const int PriceAxisWidth = 78;

    private static readonly Color Paper = Color.FromHex("#12161c");
    private static readonly Color Ink = Color.FromHex("#c9d1d9");
    private static readonly Color Faint = Color.FromHex("#232a33");
    private static readonly Color Rising = Color.FromHex("#26a69a");
    private static readonly Color Falling = Color.FromHex("#ef5350");
    private static readonly Color Other = Color.FromHex("#f2c94c");
    private static readonly Color Warning = Color.FromHex("#ff9f1c");

    /// <summary>The candles, of one series, the oldest first; at least one.</summary>
    public required IReadOnlyList<PriceQuote> Candles { get; init; }

    /// <summary>What stands above; null for exchange, market, symbol and interval.</summary>
    public string? Title { get; init; }

    /// <summary>What the candles are not, in large letters across the picture, such as <c>SANDBOX</c>; null for real ones.</summary>
    public string? Label { get; init; }

    /// <summary>Markers; those outside the candles are left out.</summary>
    public IReadOnlyList<ChartMarker> Markers { get; init; } = [];

    /// <summary>Width in pixels, 200 to 4,000.</summary>
    public int Width { get; init; } = 800;

    /// <summary>Height in pixels, 150 to 4,000.</summary>
    public int Height { get; init; } = 420;

    /// <summary>Draws the chart.</summary>
    /// <returns>A PNG file.</returns>
    /// <exception cref="ArgumentException">There is no candle, or the size is out of range.</exception>
    public byte[] ToPng()
    {
        if (Candles.Count == 0)
        {
            throw new ArgumentException("A chart needs candles.");
        }

        if (Width is < 200 or > 4000 || Height is < 150 or > 4000)
        {
            throw new ArgumentException($"A chart of {Width} x {Height} pixels cannot be drawn: 200 to 4000 by 150 to 4000 can.");
        }

        ChartFont.Register();
        using var plot = new Plot();
        Style(plot);
        var (low, high) = ((double)Candles.Min(candle => candle.Low), (double)Candles.Max(candle => candle.High));
        var range = high > low ? high - low : Math.Max(high * 0.01, double.Epsilon);
        plot.Axes.SetLimits(-1, Candles.Count, low - (range * (VolumeShare + 0.12)), high + (range * 0.12), plot.Axes.Bottom, plot.Axes.Right);
        AddVolume(plot);
        AddCandles(plot);
        AddLastPrice(plot);
        foreach (var marker in Markers)
        {
            AddMarker(plot, marker, range);
        }

        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericManual(Ticks());
        return plot.GetImage(Width, Height).GetImageBytes();
    }

    private void Style(Plot plot)
    {
        plot.FigureBackground.Color = Paper;
        plot.DataBackground.Color = Paper;
        plot.Axes.Color(Ink);
        plot.Axes.FrameWidth(0);
        plot.Grid.MajorLineColor = Faint;
        plot.Grid.YAxis = plot.Axes.Right;
        plot.Axes.Left.IsVisible = false;
        plot.Axes.Right.IsVisible = true;
        plot.Axes.Right.TickLabelStyle.FontSize = 12;
        plot.Axes.Bottom.TickLabelStyle.FontSize = 12;
        plot.Axes.Right.MinorTickStyle.Length = 0;
        plot.Axes.Right.MinimumSize = PriceAxisWidth;
        var first = Candles[0];
        plot.Title(Title ?? $"{first.Exchange} {first.Market.Name()}  {first.Symbol}  {first.Interval}  (UTC)", 15);
        plot.Axes.Title.Label.Bold = false;
        plot.Axes.Title.Label.ForeColor = Ink;
        if (Label is not null)
        {
            var label = plot.Add.Annotation(Label, Alignment.UpperLeft);
            label.LabelFontSize = 20;
            label.LabelFontColor = Warning;
            label.LabelBackgroundColor = Paper.WithAlpha(0.6);
            label.LabelBorderColor = Warning;
            label.LabelShadowColor = Colors.Transparent;
        }
    }

    private void AddCandles(Plot plot)
    {
        var candles = plot.Add.Candlestick(Candles.Select(Shape).ToList());
        candles.Sequential = true;
        candles.SymbolWidth = SymbolWidth;
        candles.RisingColor = Rising;
        candles.FallingColor = Falling;
        candles.Axes.YAxis = plot.Axes.Right;
    }

    private static OHLC Shape(PriceQuote candle) => new(
        (double)candle.Open, (double)candle.High, (double)candle.Low, (double)candle.Close, candle.OpenTime.UtcDateTime, candle.CloseTime - candle.OpenTime);

    private void AddVolume(Plot plot)
    {
        var most = Candles.Max(candle => candle.Volume) ?? 0;
        if (most == 0)
        {
            return;
        }

        var bars = plot.Add.Bars(Candles.Select((candle, index) => new Bar
        {
            Position = index,
            Value = (double)((candle.Volume ?? 0) / most),
            Size = SymbolWidth,
            LineWidth = 0,
            FillColor = (candle.Close >= candle.Open ? Rising : Falling).WithAlpha(0.35),
        }).ToList());
        bars.Axes.YAxis = plot.Axes.Left;
        plot.Axes.SetLimitsY(0, 1 / VolumeShare, plot.Axes.Left);
    }

    private void AddLastPrice(Plot plot)
    {
        var last = Candles[^1];
        var line = plot.Add.HorizontalLine((double)last.Close, 1, last.Close >= last.Open ? Rising : Falling, LinePattern.Dotted);
        line.Axes.YAxis = plot.Axes.Right;
        line.Text = last.Close.ToString(CultureInfo.InvariantCulture);
        line.LabelOppositeAxis = true;
        line.LabelFontColor = Paper;
        line.LabelFontSize = 12;
        line.LabelBold = false;
        line.LabelRotation = 0;
        line.ManualLabelAlignment = Alignment.MiddleLeft;
        line.LabelPadding = 3;
    }

    private void AddMarker(Plot plot, ChartMarker marker, double range)
    {
        if (IndexOf(marker.Time) is not { } index)
        {
            return;
        }

        var isUp = marker.Kind == ChartMarkerKind.Up;
        var color = marker.Kind switch { ChartMarkerKind.Up => Rising, ChartMarkerKind.Down => Falling, _ => Other };
        var shape = marker.Kind switch
        {
            ChartMarkerKind.Up => MarkerShape.FilledTriangleUp,
            ChartMarkerKind.Down => MarkerShape.FilledTriangleDown,
            _ => MarkerShape.FilledDiamond,
        };
        var height = marker.Price is { } price ? (double)price
            : isUp ? (double)Candles[index].Low - (range * 0.05) : (double)Candles[index].High + (range * 0.05);
        var point = plot.Add.Marker(index, height, shape, 13, color);
        point.Axes.YAxis = plot.Axes.Right;
        point.MarkerLineColor = Ink;
        point.MarkerLineWidth = 1;
        if (marker.Text is { } text)
        {
            AddText(plot, text, index, height, isUp, color);
        }
    }

    private void AddText(Plot plot, string words, int index, double height, bool isBelow, Color color)
    {
        var text = plot.Add.Text(words, index, height);
        text.Axes.YAxis = plot.Axes.Right;
        text.LabelFontColor = color;
        text.LabelFontSize = 12;
        text.LabelAlignment = (isBelow, index > Candles.Count / 2) switch
        {
            (true, true) => Alignment.UpperRight,
            (true, false) => Alignment.UpperLeft,
            (false, true) => Alignment.LowerRight,
            _ => Alignment.LowerLeft,
        };
        text.OffsetY = isBelow ? 9 : -9;
    }

    /// <summary>The candle in which a time lies; its own close belongs to the last candle, for there is no other.</summary>
    private int? IndexOf(DateTimeOffset time)
    {
        for (var index = Candles.Count - 1; index >= 0; index--)
        {
            if (time >= Candles[index].OpenTime)
            {
                return time < Candles[index].CloseTime || (index == Candles.Count - 1 && time == Candles[index].CloseTime) ? index : null;
            }
        }

        return null;
    }

    private Tick[] Ticks()
    {
        var step = Math.Max(1, (int)Math.Ceiling(Candles.Count / (double)Math.Max(FewestTicks, Width / PixelsPerTick)));
        var format = Candles[0].CloseTime - Candles[0].OpenTime >= TimeSpan.FromDays(1) ? "yyyy-MM-dd" : "MM-dd HH:mm";
        return [.. Enumerable.Range(0, Candles.Count).Where(index => index % step == step / 2)
            .Select(index => new Tick(index, Candles[index].OpenTime.ToString(format, CultureInfo.InvariantCulture)))];
    }
}
