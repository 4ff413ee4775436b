using System.Runtime.InteropServices;

namespace OhlcvConnector.Indicators;

/// <summary>Volume of a row, and the number of candles that it is of: when the last of them is taken out, nothing is left of it.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct RowVolume
{
    public Precise Volume;
    public Precise Buy;
    public Precise Sell;

    public long Candles { get; private set; }

    public void Count(int sign, double volume, double buy, double sell)
    {
        Candles += sign;
        if (Candles <= 0)
        {
            this = default;
            return;
        }

        Volume.Add(sign * volume);
        Buy.Add(sign * buy);
        Sell.Add(sign * sell);
    }

    public void Merge(in RowVolume other)
    {
        Candles += other.Candles;
        Volume.Add(other.Volume.Value);
        Buy.Add(other.Buy.Value);
        Sell.Add(other.Sell.Value);
    }

    /// <summary>A sum that keeps what rounding loses beside it.</summary>
    [StructLayout(LayoutKind.Auto)]
    internal struct Precise
    {
        private double _sum;
        private double _lost;

        public readonly double Value => Math.Max(_sum + _lost, 0);

        public void Add(double number)
        {
            var sum = _sum + number;
            _lost += Math.Abs(_sum) >= Math.Abs(number) ? _sum - sum + number : number - sum + _sum;
            _sum = sum;
        }
    }
}
