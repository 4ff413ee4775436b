using ScottPlot;
using SkiaSharp;

namespace OhlcvConnector.Charts;

/// <summary>Font of all pictures, which comes with this library: a server's container has none, and a picture looks the same everywhere.</summary>
public static class ChartFont
{
    /// <summary>The font's name in ScottPlot.</summary>
    public const string Name = "Chart Sans";

    private static readonly Lazy<bool> Registered = new(() =>
    {
        ScottPlot.Fonts.FontResolvers.Insert(0, new Resolver());
        ScottPlot.Fonts.Default = Name;
        return true;
    });

    /// <summary>Makes the font known to ScottPlot, and the default of plots made afterwards; more than once changes nothing.</summary>
    public static void Register() => _ = Registered.Value;

    private sealed class Resolver : IFontResolver
    {
        private readonly SKTypeface _typeface = Load();

        public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) => Find(fontName);

        public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) => Find(fontName);

        private SKTypeface? Find(string name) => name == Name ? _typeface : null;

        private static SKTypeface Load()
        {
            using var stream = typeof(ChartFont).Assembly.GetManifestResourceStream("ChartSans.ttf")
                ?? throw new InvalidOperationException("The font is missing in the assembly.");
            using var file = SKData.Create(stream);
            return SKTypeface.FromData(file);
        }
    }
}
